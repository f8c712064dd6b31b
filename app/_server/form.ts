/** A field as text; undefined when it is absent or empty. */
export function textOf(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A field that a verb then checks: the empty text when it is absent. */
export function fieldOf(form: FormData, name: string): string {
  return textOf(form, name) ?? '';
}

export function textsOf(form: FormData, name: string): string[] {
  return form.getAll(name).filter((value) => typeof value === 'string');
}

/** Lines or comma-separated pieces of a text field. */
export function listOf(form: FormData, name: string): string[] {
  return fieldOf(form, name)
    .split(/[\n,]/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

/** A day from a date field as its end (24:00 UTC), or null when it is empty; an invalid Date when it is no day. */
export function dayEndOf(form: FormData, name: string): Date | null {
  const text = textOf(form, name);
  if (text === undefined) return null;
  return new Date(new Date(`${text}T00:00:00Z`).getTime() + 24 * 60 * 60 * 1000);
}

/** A `datetime-local` field read as UTC; undefined when it is empty, an invalid Date when it is none. */
export function momentOf(form: FormData, name: string): Date | undefined {
  const text = textOf(form, name);
  return text === undefined ? undefined : new Date(`${text}Z`);
}

/** Milliseconds that the person looked, when the page measured it. */
export function numberOf(form: FormData, name: string): number | undefined {
  const text = textOf(form, name);
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
