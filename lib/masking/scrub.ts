import type { MaskSpec } from './model.ts';

/** Fields of an ErrorResponse or NoticeResponse by their letter. */
export type ReportFields = Readonly<Record<string, string>>;

export interface Scrubbed {
  readonly fields: ReportFields;
  /** True when something was withheld. */
  readonly changed: boolean;
}

// SQLSTATEs whose primary message holds names and the agent's own text, never a stored value. Their
// DETAIL and CONTEXT still may: those go in any case.
const plainClasses = new Set([
  '00',
  '01',
  '08',
  '0A',
  '25',
  '26',
  '28',
  '2B',
  '34',
  '3B',
  '3D',
  '3F',
  '40',
  '42',
  '53',
  '54',
  '55',
  '57',
  '58',
]);
const plainStates = new Set(['23000', '23001', '23502', '23503', '23505', '23514', '23P01']);
// 42P17 and the like stay; these quote values: type mismatch of a constant, and invalid text.
const quotingStates = new Set(['42804', '42846', '42P18', '42P22']);

// Source files whose reports carry texts that code or another server wrote.
const foreignSource = /^(pl|dblink|postgres_fdw|connection|deparse|auto_explain|elog|spi|postgres\.c$)/;

/** S V C: severity and code. P: place in the agent's own text. s t c d n: names. F L R: place in the server. */
const keptLetters = new Set(['S', 'V', 'C', 'P', 's', 't', 'c', 'd', 'n', 'F', 'L', 'R']);
const debugSeverities = new Set(['DEBUG', 'LOG', 'INFO']);

/**
 * A server's error or notice without what could be a value of a masked column. Without masks it is
 * left as it is. Closed: a message stays only where its SQLSTATE and its source are known to quote
 * nothing that is stored. DETAIL, CONTEXT, HINT and internal queries never stay.
 */
export function scrubReport(fields: ReportFields, masks: readonly MaskSpec[]): Scrubbed {
  if (masks.length === 0) return { fields, changed: false };
  const kept: Record<string, string> = {};
  let changed = false;
  for (const [letter, value] of Object.entries(fields)) {
    if (keptLetters.has(letter)) kept[letter] = value;
    else if (letter !== 'M') changed = true;
  }
  if (isPlain(fields)) {
    kept.M = fields.M ?? '';
    if (fields.H && isOwnHint(fields)) kept.H = fields.H;
  } else {
    kept.M = neutralMessage(fields.C ?? '');
    changed = true;
  }
  return { fields: kept, changed };
}

function isPlain({ C: code = '', V: severity = '', F: source, R: routine }: ReportFields): boolean {
  if (!/^[0-9A-Z]{5}$/.test(code) || debugSeverities.has(severity)) return false;
  if (!source || !routine || foreignSource.test(source) || routine.startsWith('exec_stmt')) return false;
  if (quotingStates.has(code)) return false;
  return plainClasses.has(code.slice(0, 2)) || plainStates.has(code);
}

/** Hints of the parser name functions, casts and columns; others are not looked into. */
function isOwnHint({ F: source = '' }: ReportFields): boolean {
  return /^(parse_|namespace|scan|gram)/.test(source);
}

const classTexts: Readonly<Record<string, string>> = {
  '22': 'a value does not fit its type, or an operation on it',
  '23': 'a constraint does not hold',
  '38': 'a function failed',
  '39': 'a function failed',
  P0: 'code in the database raised this',
  XX: 'the server reports an internal error',
};

function neutralMessage(code: string): string {
  const what = classTexts[code.slice(0, 2)] ?? 'the server reports this';
  return `${what} (SQLSTATE ${code}; the text is withheld because this resource has masked columns)`;
}
