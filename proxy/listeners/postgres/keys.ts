import { createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Key lengths: 4 bytes is all that protocol 3.0 can carry; 3.2 may have up to 256. */
const keyBytes = { 0: 4, 2: 32 } as const;

export interface OwnKey {
  /** The target's own, which its notifications and pg_backend_pid() tell as well. */
  readonly pid: number;
  readonly key: Buffer;
}

/** The worker's own cancel keys: what a client was given, and whose session it cancels. */
export class CancelKeys<Session> {
  readonly #byProof = new Map<string, Session>();
  readonly #secret: Buffer;

  /** `secret` is what all workers of a deployment share: their sealing key. */
  constructor(secret: Uint8Array) {
    this.#secret = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'cancel', 32));
  }

  /** A key for a session whose backend is `pid`; two targets may have the same one. */
  issue(session: Session, pid: number, minor: number): OwnKey {
    for (;;) {
      const own = { pid, key: randomBytes(minor >= 2 ? keyBytes[2] : keyBytes[0]) };
      const proof = this.proofOf(own);
      if (this.#byProof.has(proof)) continue;
      this.#byProof.set(proof, session);
      return own;
    }
  }

  /** The session that this key cancels, or null: nothing is told to who asks. */
  find(own: OwnKey): Session | null {
    return this.findByProof(this.proofOf(own));
  }

  /** What stands for a key among workers: one of four bytes would be guessed from its bare hash. */
  proofOf({ pid, key }: OwnKey): string {
    return createHmac('sha256', this.#secret).update(`${pid}:`).update(key).digest('base64url');
  }

  findByProof(proof: string): Session | null {
    return this.#byProof.get(proof) ?? null;
  }

  drop(own: OwnKey): void {
    this.#byProof.delete(this.proofOf(own));
  }
}
