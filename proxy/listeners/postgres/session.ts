import { hkdfSync } from 'node:crypto';
import type { Socket } from 'node:net';
import { Secret } from '#lib/core/secret';
import type { Claimed, OpenSession, SessionEnding, Transport } from '#proxy/pipeline/passage';
import { Refused } from '#proxy/pipeline/refused';
import type { AuthorizedTarget } from '#proxy/pipeline/require-grant';
import type { Services } from '#proxy/services';
import { FrameFault } from './codec/frames.ts';
import { passwordBytesMax } from './codec/limits.ts';
import { fromClient } from './codec/types.ts';
import {
  authentication,
  backendKeyData,
  negotiateVersion,
  parameterStatus,
  readyForQuery,
} from './codec/write.ts';
import type { CancelKeys, OwnKey } from './keys.ts';
import { PacketReader } from './packet-reader.ts';
import { readParameters, type StartupChoices } from './parameters.ts';
import { Conversation } from './relay/conversation.ts';
import { Masking } from './relay/masking.ts';
import { Relay } from './relay/relay.ts';
import { SessionCatalog } from './session-catalog.ts';
import { connectUpstream, type Upstream } from './upstream.ts';
import { roleOf } from './upstream-role.ts';

const newestMinor = 2;
const protocol32 = 196_610;
const askForClearText = 3;
const authenticated = 0;

/** One client connection of the Postgres wire, from its startup packet on. */
export class PostgresTransport implements Transport {
  readonly wire = 'postgres' as const;
  readonly #services: Services;
  readonly #keys: CancelKeys<PostgresTransport>;
  readonly #socket: Socket;
  readonly #address: string;
  #claimed: Claimed | null = null;
  #choices: StartupChoices | null = null;
  #minor = 0;
  #upstream: Upstream | null = null;
  #relay: Relay | null = null;

  constructor(services: Services, keys: CancelKeys<PostgresTransport>, socket: Socket, address: string) {
    this.#services = services;
    this.#keys = keys;
    this.#socket = socket;
    this.#address = address;
  }

  get claimed(): Claimed {
    if (this.#claimed === null) throw new Error('the client has not said who it is');
    return this.#claimed;
  }

  cancel(): void {
    this.#relay?.cancel();
  }

  /** Reads what the client wants and its token, which it sends in clear text inside TLS. */
  async askPassword(minor: number, parameters: ReadonlyMap<string, string>): Promise<void> {
    const choices = readParameters(parameters);
    this.#choices = choices;
    this.#minor = Math.min(minor, newestMinor);
    // 3.1 was never released: the server answers with the newest that it speaks.
    if (minor > newestMinor || minor === 1 || choices.unknownOptions.length > 0) {
      if (minor === 1) this.#minor = 0;
      const version = minor >= newestMinor ? protocol32 : protocol32 - newestMinor;
      this.#socket.write(negotiateVersion(version, choices.unknownOptions));
    }
    this.#socket.write(authentication(askForClearText));
    const reader = new PacketReader(this.#socket);
    const packet = await reader.packet(passwordLength);
    reader.release();
    const end = packet.indexOf(0, 5);
    this.#claimed = {
      agentName: choices.user,
      resourceName: choices.database,
      token: new Secret(packet.toString('utf8', 5, end < 0 ? packet.length : end)),
      purpose: choices.purpose,
      applicationName: choices.applicationName,
      address: this.#address,
    };
  }

  async connectUpstream(target: AuthorizedTarget, session: OpenSession): Promise<void> {
    const { record, agent } = target;
    const { password, certificate } = await this.#services.credentials.of(record);
    this.#upstream = await connectUpstream({
      target: record,
      password,
      certificate,
      role: roleOf(record, agent.agent.name),
      applicationName: upstreamName(session),
      settings: this.#choices?.settings ?? new Map(),
    });
  }

  async relay(session: OpenSession): Promise<SessionEnding> {
    const upstream = this.#upstream;
    if (upstream === null) throw new Error('the target is not connected');
    const services = this.#services;
    const own = this.#keys.issue(this, upstream.pid, this.#minor);
    const timer = setTimeout(
      () => session.live.cut('it has reached its end; connect again with a fresh token'),
      Math.max(0, session.expiresAt.getTime() - services.clock.now().getTime()),
    );
    const role = roleOf(session.target.record, session.identity.agent.agent.name);
    const catalog = new SessionCatalog(services.catalogs.of(session.target.record), role);
    try {
      const choices = {
        holdMs: Math.min(this.#choices?.holdMs ?? services.holdMs, services.holdMs),
        upstreamName: upstreamName(session),
        clientName: this.#choices?.applicationName ?? '',
        role,
      };
      const conversation = new Conversation(services, session, this.#socket, upstream, catalog, choices);
      this.#relay = new Relay(conversation, this.#socket, new Masking(conversation, this.#maskKey(session)));
      this.#greet(upstream, own);
      return await this.#relay.run();
    } finally {
      clearTimeout(timer);
      catalog.release();
      this.#keys.drop(own);
    }
  }

  #maskKey(session: OpenSession): Uint8Array {
    const { sealingKey } = this.#services;
    const info = `mask:${session.target.record.resource.id}`;
    return new Uint8Array(hkdfSync('sha256', sealingKey.bytes, Buffer.alloc(0), info, 32));
  }

  #greet(upstream: Upstream, own: OwnKey): void {
    const parameters = new Map(upstream.parameters);
    // The target runs under the session's name; the client is told the one that it gave.
    parameters.set('application_name', this.#choices?.applicationName ?? '');
    const messages = [
      authentication(authenticated),
      ...Array.from(parameters, ([name, value]) => parameterStatus(name, value)),
      backendKeyData(own.pid, own.key),
      ...upstream.notices,
      readyForQuery('I'),
    ];
    this.#socket.write(Buffer.concat(messages));
  }
}

function passwordLength(bytes: Buffer): number | null {
  if (bytes.length < 5) return null;
  const length = bytes.readInt32BE(1);
  if (bytes[0] !== fromClient.password) throw new FrameFault('a password was expected');
  if (length < 5 || length > passwordBytesMax) {
    throw new Refused('unauthenticated', 'password_length', 'The password is not a token.');
  }
  return length + 1;
}

/** What the target shows of a session, so that its owner finds the recording. */
function upstreamName(session: OpenSession): string {
  return `countersign ${session.id}`;
}
