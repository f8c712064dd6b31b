/** Every way a verb can refuse. Edges (HTTP, CLI, wires) translate a code once, in one place. */
export const errorCodes = [
  'invalid', // the input is wrong; details name the field
  'unauthenticated', // nobody is signed in, or the token is not good
  'forbidden', // signed in, and may not
  'not_found',
  'conflict', // the thing changed meanwhile, or is not in the state that the verb needs
  'limit', // a bound was reached
  'unavailable', // something that we depend on does not answer; may be tried again
  'integrity', // evidence does not check
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetail {
  /** Path of the field or place, as the sender knows it: `grants[2].until`, `access.yaml:14:5`. */
  at: string;
  message: string;
}

/** The one error class of the product. The message is for people, and says what to do next. */
export class CountersignError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CountersignError';
    this.code = code;
    this.details = options.details ?? [];
  }
}

export const invalid = (message: string, details?: readonly ErrorDetail[]) =>
  new CountersignError('invalid', message, details ? { details } : {});
export const forbidden = (message: string) => new CountersignError('forbidden', message);
export const notFound = (message: string) => new CountersignError('not_found', message);
export const conflict = (message: string) => new CountersignError('conflict', message);

export function isCountersignError(error: unknown): error is CountersignError {
  return error instanceof CountersignError;
}

/** Fails the type check where a closed union gained a member that a switch does not handle. */
export function unreachable(value: never): never {
  throw new CountersignError('internal', `unhandled case: ${String(value)}`);
}
