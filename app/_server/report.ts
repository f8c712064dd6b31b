import { randomBytes } from 'node:crypto';

/** Writes an unexpected error to the process's log and gives the short code that finds it there. */
export function report(error: unknown): string {
  const code = randomBytes(4).toString('hex');
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${JSON.stringify({ level: 'error', code, text })}\n`);
  return code;
}
