import { createHash } from 'node:crypto';
import type { TargetRecord } from '#proxy/control/control-plane';
import { Body } from './codec/read.ts';
import { fromClient } from './codec/types.ts';
import { int32, message, password as passwordMessage } from './codec/write.ts';
import { Scram } from './scram.ts';

const code = { ok: 0, clear: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

/** The gateway's answers to a target's authentication requests: SCRAM, MD5, and clear text inside TLS. */
export class UpstreamLogin {
  readonly #target: TargetRecord;
  readonly #password: string | null;
  #scram: Scram | null = null;
  complete = false;

  constructor(target: TargetRecord, password: string | null) {
    this.#target = target;
    this.#password = password;
  }

  /** The message that answers `frame`, or null when none is due. Throws for a request that is refused. */
  async answer(frame: Buffer): Promise<Buffer | null> {
    const body = new Body(frame, 0, frame.length);
    switch (body.int32()) {
      case code.ok:
        if (this.#scram !== null && !this.#scram.verified) {
          throw new Error('it let us in before it proved that it knows the password');
        }
        this.complete = true;
        return null;
      case code.clear:
        if (this.#target.tls === 'disable')
          throw new Error('it asks for the password in clear text without TLS');
        return passwordMessage(this.#secret());
      case code.md5:
        return passwordMessage(this.#md5(body.bytes(4)));
      case code.sasl:
        return this.#begin(body);
      case code.saslContinue: {
        if (this.#scram === null) throw new Error('it continues a login that was not begun');
        const text = await this.#scram.answer(frame.toString('utf8', 9));
        return message(fromClient.password, Buffer.from(text, 'utf8'));
      }
      case code.saslFinal:
        if (this.#scram === null) throw new Error('it ends a login that was not begun');
        this.#scram.verify(frame.toString('utf8', 9));
        return null;
      default:
        throw new Error('it asks for a kind of authentication that the gateway does not speak');
    }
  }

  #begin(body: Body): Buffer {
    const mechanisms: string[] = [];
    for (let name = body.string(); name !== ''; name = body.string()) mechanisms.push(name);
    if (!mechanisms.includes('SCRAM-SHA-256')) throw new Error('it offers no SCRAM-SHA-256');
    this.#scram = new Scram(this.#secret());
    const first = Buffer.from(this.#scram.first(), 'utf8');
    return message(fromClient.password, 'SCRAM-SHA-256', int32(first.length), first);
  }

  #md5(salt: Buffer): string {
    const hash = (...parts: (string | Buffer)[]) => {
      const md5 = createHash('md5');
      for (const part of parts) md5.update(part);
      return md5.digest('hex');
    };
    return `md5${hash(hash(this.#secret(), this.#target.username ?? ''), salt)}`;
  }

  #secret(): string {
    if (this.#password === null) throw new Error('it asks for a password, and the resource has none');
    return this.#password;
  }
}
