import type { RecordingHeader, RecordingRecord, TerminalRecord } from '#lib/recording/model';
import { TerminalFilter } from './terminal-filter.ts';

/** A part ends behind so much, so that a browser never holds the whole of a long session. */
const partCharsMax = 4 * 1024 * 1024;
const partRecordsMax = 50_000;
/** So much of what came before is drawn at once when a part starts in the middle. */
const beforeCharsMax = 64 * 1024;
const columnsMax = 500;
const rowsMax = 200;
const sizeUnknown = { columns: 80, rows: 24 };

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How the screen stood where a part begins. */
export interface ScreenBefore {
  readonly size: TerminalSize | null;
  readonly records: readonly RecordingRecord[];
}

/** What stands in the last line of a part, after `# `. */
export interface CastEnd {
  /** Sequence where the next part begins, or will while the session runs; null: this one goes to the end. */
  readonly next: number | null;
  /** Sequences that were taken out because they act beyond the terminal: name → how often. */
  readonly removed: Readonly<Record<string, number>>;
}

export interface CastTerms {
  readonly from: number;
  /** Only these statements' output; null: all. */
  readonly of: number | null;
  /** The session runs: more may come. */
  readonly isLive: boolean;
}

/**
 * Lines of an asciicast (version 3) of the records: output and sizes, and a marker with its sequence
 * at every statement. What was typed is left out.
 */
export async function* castLines(
  header: RecordingHeader,
  before: ScreenBefore,
  records: AsyncIterable<RecordingRecord>,
  { from, of, isLive }: CastTerms,
): AsyncGenerator<string> {
  const screen = new Screen(of);
  let size = before.size ?? sizeUnknown;
  let lastAtUs: number | null = null;
  let chars = 0;
  let taken = 0;
  let next: number | null = isLive ? from : null;
  const drawn = screenText(screen, before.records);
  let started = false;
  const start = () => {
    started = true;
    const term = { cols: size.columns, rows: size.rows };
    const head = { version: 3, term, timestamp: Math.floor(Date.parse(header.startedAt) / 1000) };
    return `${JSON.stringify(head)}\n${drawn === '' ? '' : eventLine(0, 'o', drawn)}`;
  };
  for await (const record of records) {
    if (taken >= partRecordsMax || chars >= partCharsMax) {
      next = record.seq;
      break;
    }
    taken += 1;
    if (isLive) next = record.seq + 1;
    const { body } = record;
    // The size that stands before any output is the one to begin with.
    if (!started && body.kind === 'resize') size = boundedSize(body);
    const event = eventOf(screen, record);
    if (event === null) continue;
    if (!started) yield start();
    const gapUs = lastAtUs === null ? 0 : Math.max(0, record.atUs - lastAtUs);
    lastAtUs = Math.max(lastAtUs ?? 0, record.atUs);
    chars += event[1].length;
    yield eventLine(gapUs, ...event);
  }
  if (!started) yield start();
  const rest = screen.finish();
  if (rest !== '') yield eventLine(0, 'o', rest);
  const end: CastEnd = { next, removed: Object.fromEntries(screen.removed) };
  yield `# ${JSON.stringify(end)}\n`;
}

type CastEvent = readonly [code: 'o' | 'r' | 'm', data: string];

function eventOf(screen: Screen, { seq, body }: RecordingRecord): CastEvent | null {
  if (body.kind === 'intent') return screen.of === null || screen.of === seq ? ['m', String(seq)] : null;
  if (body.kind === 'resize') {
    const { columns, rows } = boundedSize(body);
    return ['r', `${columns}x${rows}`];
  }
  if (body.kind !== 'terminal') return null;
  const text = screen.push(body);
  return text === '' ? null : ['o', text];
}

function eventLine(gapUs: number, code: CastEvent[0], data: string): string {
  return `${JSON.stringify([gapUs / 1_000_000, code, data])}\n`;
}

/** The end of what was drawn before, from a line's begin where there is one. */
function screenText(screen: Screen, records: readonly RecordingRecord[]): string {
  let text = '';
  for (const { body } of records) {
    if (body.kind === 'terminal') text = (text + screen.push(body)).slice(-2 * beforeCharsMax);
  }
  if (text.length <= beforeCharsMax) return text;
  const tail = text.slice(-beforeCharsMax);
  return tail.slice(tail.indexOf('\n') + 1);
}

/** Hostile sizes would fill the browser's memory. */
export function boundedSize({ columns, rows }: TerminalSize): TerminalSize {
  const within = (value: number, max: number) => Math.min(max, Math.max(1, Math.floor(value) || 1));
  return { columns: within(columns, columnsMax), rows: within(rows, rowsMax) };
}

class Screen {
  readonly of: number | null;
  readonly #filter = new TerminalFilter();
  readonly #decoder = new TextDecoder();
  #lastChar = '';

  constructor(of: number | null) {
    this.of = of;
  }

  get removed(): ReadonlyMap<string, number> {
    return this.#filter.removed;
  }

  push({ of, stream, data, encoding }: TerminalRecord): string {
    if (stream !== 'out' || (this.of !== null && this.of !== of)) return '';
    const bytes = Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8');
    const text = this.#decoder.decode(bytes, { stream: true });
    return this.#filter.push(of === null ? text : this.#withReturns(text));
  }

  finish(): string {
    return this.#filter.finish();
  }

  /** A command that ran without a terminal ends its lines with a line feed only. */
  #withReturns(text: string): string {
    if (text === '') return '';
    const before = this.#lastChar;
    this.#lastChar = text.at(-1) ?? '';
    const first = text.startsWith('\n') && before !== '\r' ? '\r' : '';
    return first + text.replace(/([^\r])\n/g, '$1\r\n').replace(/([^\r])\n/g, '$1\r\n');
  }
}
