/** Why a connection gets no session. Each wire says it in its own terms. */
export type RefusalKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown_target'
  | 'unavailable'
  | 'limit'
  | 'invalid';

/** Thrown by a step: the message is for the agent and says what to do; the cause is what gets counted. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly kind: RefusalKind;
  readonly countedAs: string;

  constructor(kind: RefusalKind, countedAs: string, message: string) {
    super(message);
    this.kind = kind;
    this.countedAs = countedAs;
  }
}
