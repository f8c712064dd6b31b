/** One part of a session's terminal, as the server sends it. */
export interface TerminalPart {
  /** The asciicast itself. */
  readonly cast: string;
  /** Sequence that it was asked from. */
  readonly from: number;
  /** Sequences of the statements in it; a statement's place here is its marker's number. */
  readonly statements: readonly number[];
  /** Where the next part begins; null: this one goes to the end. */
  readonly next: number | null;
  /** Sequences that were taken out: name and how often. */
  readonly removed: readonly (readonly [name: string, times: number])[];
  /** Nothing to draw in it. */
  readonly isEmpty: boolean;
}

const marker = /^\[[^,]*,"m","(\d+)"\]$/;

/** Reads what the player itself does not tell. Throws when the text was cut off on its way. */
export function partOf(cast: string, from: number): TerminalPart {
  const lines = cast.trimEnd().split('\n');
  const last = lines.pop() ?? '';
  if (!last.startsWith('# ')) throw new Error('The terminal was cut off on its way.');
  const end = JSON.parse(last.slice(2)) as { next: number | null; removed: Record<string, number> };
  const statements: number[] = [];
  for (const line of lines) {
    const found = marker.exec(line);
    if (found) statements.push(Number(found[1]));
  }
  const isEmpty = lines.length < 2;
  return { cast, from, statements, next: end.next, removed: Object.entries(end.removed), isEmpty };
}

/** The marker of a statement, or of the last one before it; null: this part does not show it. */
export function markerAt(part: TerminalPart, seq: number): number | null {
  if (seq < part.from || (part.next !== null && seq >= part.next)) return null;
  const after = part.statements.findIndex((one) => one > seq);
  const place = (after < 0 ? part.statements.length : after) - 1;
  return place < 0 ? null : place;
}
