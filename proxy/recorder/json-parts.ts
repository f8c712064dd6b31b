// Pieces of JSON. Lists that come with a cached statement are the same object each time, so their
// text is kept beside them; whoever passes a list must not change it.

const kept = new WeakMap<object, string>();

export function listJson(list: readonly unknown[]): string {
  let json = kept.get(list);
  if (json === undefined) {
    json = JSON.stringify(list);
    kept.set(list, json);
  }
  return json;
}

export const text: (value: string) => string = JSON.stringify;

export function textOrNull(value: string | null): string {
  return value === null ? 'null' : text(value);
}

/** A number as JSON has it: `null` for what JSON can't write, as `JSON.stringify` does. */
export function whole(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
