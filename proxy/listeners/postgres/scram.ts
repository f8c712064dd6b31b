import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);
const hmac = (key: Buffer, text: string | Buffer) => createHmac('sha256', key).update(text).digest();
/** A server that asks for more rounds than this is trying to keep us busy. */
const roundsMax = 1_000_000;

/** SCRAM-SHA-256 (RFC 5802, RFC 7677) as the client, without channel binding. */
export class Scram {
  readonly #password: string;
  readonly #nonce = randomBytes(18).toString('base64');
  #expected: Buffer | null = null;
  #verified = false;

  constructor(password: string) {
    this.#password = password;
  }

  first(): string {
    return `n,,${this.#bare()}`;
  }

  /** Answers the server's first message. Throws when it is not one. */
  async answer(serverFirst: string): Promise<string> {
    const fields = readFields(serverFirst);
    const nonce = fields.get('r') ?? '';
    const salt = Buffer.from(fields.get('s') ?? '', 'base64');
    const rounds = Number(fields.get('i'));
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length || salt.length === 0) {
      throw new Error('the target answered SCRAM with a nonce or salt that is not right');
    }
    if (!Number.isInteger(rounds) || rounds < 4096 || rounds > roundsMax) {
      throw new Error(`the target asks for ${fields.get('i')} SCRAM rounds`);
    }
    const salted = await derive(this.#password.normalize('NFKC'), salt, rounds, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const authMessage = `${this.#bare()},${serverFirst},${withoutProof}`;
    const signature = hmac(storedKey, authMessage);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] as number)));
    this.#expected = hmac(hmac(salted, 'Server Key'), authMessage);
    return `${withoutProof},p=${proof.toString('base64')}`;
  }

  /** Checks that the server knows the password too. */
  verify(serverFinal: string): void {
    const given = Buffer.from(readFields(serverFinal).get('v') ?? '', 'base64');
    if (this.#expected === null || given.length !== 32 || !timingSafeEqual(given, this.#expected)) {
      throw new Error("the target's SCRAM signature does not check: it may not be the target");
    }
    this.#verified = true;
  }

  get verified(): boolean {
    return this.#verified;
  }

  #bare(): string {
    return `n=,r=${this.#nonce}`;
  }
}

function readFields(text: string): Map<string, string> {
  return new Map(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
