/** A text as the sentence before another: with its stop, and with one only. */
export function stopped(text: string): string {
  const said = text.trimEnd();
  return /[.!?…]$/u.test(said) ? said : `${said}.`;
}
