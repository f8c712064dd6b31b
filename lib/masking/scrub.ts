import type { MaskSpec } from './model.ts';

/** Fields of an ErrorResponse or NoticeResponse by their letter. */
export type ReportFields = Readonly<Record<string, string>>;

export interface Scrubbed {
  readonly fields: ReportFields;
  /** True when something was withheld. */
  readonly changed: boolean;
}

// Classes and states whose primary message holds names, never a stored value, when the server itself
// reports them. Class 42 quotes what it looked for, which may have been a value.
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
  '40',
  '53',
  '54',
  '55',
  '57',
  '58',
]);
const constraintStates = new Set(['23000', '23001', '23502', '23503', '23505', '23514', '23P01']);
const quotingClasses = new Set(['22', '3D', '3F', '42']);
const debugSeverities = new Set(['DEBUG', 'LOG', 'INFO']);

// Source files whose reports carry texts that code or another server wrote.
const foreignSource = /^(pl|dblink|postgres_fdw|connection|deparse|auto_explain|elog|spi)/;

/** S V C: severity and code. P: place in the agent's own text. s t c d n: names. F L R: place in the server. */
const keptLetters = new Set(['S', 'V', 'C', 'P', 's', 't', 'c', 'd', 'n', 'F', 'L', 'R']);

/**
 * A server's error or notice without what could be a value of a masked column; without masks it is
 * left as it is. Closed: a message stays only where its SQLSTATE and its source quote nothing stored,
 * or where all that it quotes stands in `ownText`, the agent's statement. DETAIL, CONTEXT and internal
 * queries never stay.
 */
export function scrubReport(
  fields: ReportFields,
  masks: readonly MaskSpec[],
  ownText: string | null,
): Scrubbed {
  if (masks.length === 0) return { fields, changed: false };
  const kept: Record<string, string> = {};
  for (const [letter, value] of Object.entries(fields)) {
    if (keptLetters.has(letter)) kept[letter] = value;
  }
  const isPlain = fields.M !== undefined && mayStay(fields, ownText);
  kept.M = isPlain ? (fields.M ?? '') : neutralMessage(fields.C ?? '');
  if (isPlain && fields.H !== undefined && isParserHint(fields)) kept.H = fields.H;
  const changed = Object.keys(fields).some((letter) => kept[letter] !== fields[letter]);
  return { fields: kept, changed };
}

function mayStay(fields: ReportFields, ownText: string | null): boolean {
  const { C: code = '', V: severity = '', F: source, R: routine, M: message = '' } = fields;
  if (!/^[0-9A-Z]{5}$/.test(code) || debugSeverities.has(severity)) return false;
  if (!source || !routine || foreignSource.test(source) || routine.startsWith('exec_stmt')) return false;
  if (constraintStates.has(code)) return true;
  // A context or an internal query: it happened inside code that the statement set off.
  const isNested = ['W', 'q', 'p'].some((letter) => fields[letter] !== undefined);
  const codeClass = code.slice(0, 2);
  if (plainClasses.has(codeClass)) return !isNested || quotesOnly(message, ownText);
  if (codeClass === '22' && fields.P === undefined) return false;
  return quotingClasses.has(codeClass) && !isNested && quotesOnly(message, ownText);
}

/** Does everything between quotes in the message stand in the text, in whatever case? */
function quotesOnly(message: string, text: string | null): boolean {
  if (text === null) return false;
  const own = text.toLowerCase();
  const quoted = [...message.matchAll(/"((?:[^"]|"(?=\w))*)"/g)];
  const isBalanced = (message.match(/"/g)?.length ?? 0) % 2 === 0;
  return isBalanced && quoted.every(([, part = '']) => own.includes(part.toLowerCase()));
}

/** Hints of the parser name functions, casts and columns; others are not looked into. */
function isParserHint({ F: source = '', P: place }: ReportFields): boolean {
  return place !== undefined && /^(parse_|scan\.|gram\.)/.test(source);
}

const classTexts: Readonly<Record<string, string>> = {
  '22': 'a value does not fit its type, or an operation on it',
  '23': 'a constraint does not hold',
  '38': 'a function failed',
  '39': 'a function failed',
  '42': 'a name or the syntax is wrong, in the statement or in code that it runs',
  P0: 'code in the database raised this',
  XX: 'the server reports an internal error',
};

function neutralMessage(code: string): string {
  const what = classTexts[code.slice(0, 2)] ?? 'the server reports this';
  return `${what} (SQLSTATE ${code}; the text is withheld because this resource has masked columns)`;
}
