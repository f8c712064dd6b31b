import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Key lengths: 4 bytes is all that protocol 3.0 can carry; 3.2 may have up to 256. */
const keyBytes = { 0: 4, 2: 32 } as const;

export interface OwnKey {
  readonly pid: number;
  readonly key: Buffer;
}

/** The worker's own cancel keys: what a client was given, and whose session it cancels. */
export class CancelKeys<Session> {
  readonly #byPid = new Map<number, { key: Buffer; session: Session }>();
  readonly #secret: Buffer;

  /** `secret` is what all workers of a deployment share: their sealing key. */
  constructor(secret: Uint8Array) {
    this.#secret = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'cancel', 32));
  }

  issue(session: Session, minor: number): OwnKey {
    const key = randomBytes(minor >= 2 ? keyBytes[2] : keyBytes[0]);
    for (;;) {
      const pid = randomBytes(4).readUInt32BE(0) >>> 1;
      if (pid === 0 || this.#byPid.has(pid)) continue;
      this.#byPid.set(pid, { key, session });
      return { pid, key };
    }
  }

  /** The session that this key cancels, or null: nothing is told to who asks. */
  find(pid: number, key: Buffer): Session | null {
    const known = this.#byPid.get(pid);
    if (known === undefined || known.key.length !== key.length) return null;
    return timingSafeEqual(known.key, key) ? known.session : null;
  }

  /** What another worker is told in the key's place: a key of four bytes would be guessed from its hash. */
  proofOf(pid: number, key: Buffer): string {
    return createHmac('sha256', this.#secret).update(`${pid}:`).update(key).digest('base64url');
  }

  /** As `find`, by the proof that another worker made of the key. */
  findByProof(pid: number, proof: string): Session | null {
    const known = this.#byPid.get(pid);
    if (known === undefined) return null;
    const own = Buffer.from(this.proofOf(pid, known.key));
    const given = Buffer.from(proof);
    return own.length === given.length && timingSafeEqual(own, given) ? known.session : null;
  }

  drop(pid: number): void {
    this.#byPid.delete(pid);
  }
}
