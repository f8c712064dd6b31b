export type SqlTokenKind =
  | 'keyword'
  | 'danger'
  /** A value that was hidden before it came here. */
  | 'masked'
  | 'string'
  | 'number'
  | 'comment'
  | 'parameter'
  | 'name'
  | 'plain';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
  /** Offset in the text. */
  readonly at: number;
}

const words = (text: string) => new Set(text.split(' '));

const dangers = words(
  'delete drop truncate update alter grant revoke copy program cascade merge execute call do reassign security owner',
);
const keywords = words(
  'select from where and or not in is null as on join left right inner outer full cross using group order by having limit offset insert into values set returning with recursive union all distinct case when then else end exists between like ilike create table index view function begin commit rollback savepoint release explain analyze if cast asc desc fetch for lock only true false default constraint primary key references unique check add column rename to type',
);

const pattern =
  /(?<masked>'?‹(?:masked|hidden)›'?)|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>[eEbBxXnN]?'(?:[^'\\]|\\.|'')*(?:'|$)|\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?(?:\$\k<tag>\$|$))|(?<name>"(?:[^"]|"")*(?:"|$))|(?<parameter>\$\d+)|(?<number>\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/g;

/**
 * Splits SQL for colouring only; decisions read the real syntax tree. Joined, the tokens are the
 * text again, whatever it holds.
 */
export function sqlTokens(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) tokens.push({ kind: 'plain', text: text.slice(from, match.index), at: from });
    tokens.push({ kind: kindOf(match), text: match[0], at: match.index });
    from = match.index + match[0].length;
  }
  if (from < text.length) tokens.push({ kind: 'plain', text: text.slice(from), at: from });
  return tokens;
}

function kindOf(match: RegExpExecArray): SqlTokenKind {
  const groups = match.groups ?? {};
  if (groups.word !== undefined) {
    const word = groups.word.toLowerCase();
    if (dangers.has(word)) return 'danger';
    return keywords.has(word) ? 'keyword' : 'plain';
  }
  const kinds = ['masked', 'comment', 'string', 'name', 'parameter', 'number'] as const;
  return kinds.find((kind) => groups[kind] !== undefined) ?? 'plain';
}

/** Whether values were hidden in this text. */
export function hasMasked(text: string): boolean {
  return /‹(?:masked|hidden)›/.test(text);
}
