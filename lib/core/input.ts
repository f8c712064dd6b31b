import { z } from 'zod';
import { invalid } from './errors.ts';
import { reasonCharsMax } from './limits.ts';

/** Pieces that every noun's input is made of. */
export const idInput = z.string().min(1).max(64);
export const reasonInput = z.string().trim().min(1, 'say why').max(reasonCharsMax);

/** Names stand in connection strings and policies: no quoting needed anywhere. */
export const machineName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, - and _, a letter first, at most 63');

/** True for https, and for http on this machine: where keys of issuers may be fetched from. */
export function isHttpsOrLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

export const httpsOrLoopback = z
  .string()
  .max(2_000)
  .refine(isHttpsOrLoopback, 'an https address, or http on this machine');

/** The parsed input, or `invalid` with a detail for each field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => ({
    at: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const first = details[0];
  throw invalid(
    first ? `${first.at ? `${first.at}: ` : ''}${first.message}` : 'The input is wrong.',
    details,
  );
}
