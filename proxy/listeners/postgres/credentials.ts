import { type SealingKey, unseal } from '#lib/core/sealing';
import type { TargetRecord } from '#proxy/control/control-plane';
import type { TokenSource } from '#proxy/listeners/entra-tokens';

/** What a target's login is proved with. Never logged, recorded or shown. */
export interface Credential {
  readonly password: string | null;
  /** A certificate of the gateway's own and its key, PEM; null: none. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
}

/** Opens what is sealed, and asks for a token where the resource says that its login takes one. */
export class Credentials {
  readonly #key: SealingKey;
  readonly #tokens: TokenSource;

  constructor(key: SealingKey, tokens: TokenSource) {
    this.#key = key;
    this.#tokens = tokens;
  }

  async of(target: TargetRecord): Promise<Credential> {
    return { password: await this.#password(target), certificate: this.#certificate(target) };
  }

  async #password({ resource, credentialSealed, settings }: TargetRecord): Promise<string | null> {
    if (settings?.login === 'entra') return this.#tokens.token();
    return credentialSealed === null ? null : this.#open(credentialSealed, `resource:${resource.id}`);
  }

  #certificate({ resource, clientCertificate }: TargetRecord): Credential['certificate'] {
    if (!clientCertificate) return null;
    const { certificate, keySealed } = clientCertificate;
    return { cert: certificate, key: this.#open(keySealed, `resource-tls:${resource.id}`) };
  }

  #open(sealed: Uint8Array, purpose: string): string {
    return unseal(this.#key, sealed, purpose).toString('utf8');
  }
}
