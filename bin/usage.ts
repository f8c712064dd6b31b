/** The command line was wrong: the message is how it goes. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
