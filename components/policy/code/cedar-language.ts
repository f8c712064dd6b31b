import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

// For colouring only: what a text means is read by Cedar itself, on the server.

const keywords = new Set(['when', 'unless', 'in', 'has', 'like', 'is', 'if', 'then', 'else']);
const effects = new Set(['permit', 'forbid']);
const variables = new Set(['principal', 'action', 'resource', 'context']);
const constants = new Set(['true', 'false']);

/** The token's name, which CodeMirror maps to a tag; null: plain. */
export function cedarToken(stream: Pick<StringStream, 'match' | 'next' | 'peek'>): string | null {
  if (stream.match(/^\s+/)) return null;
  if (stream.match(/^\/\/.*/)) return 'comment';
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(/^@[A-Za-z_]\w*/)) return 'meta';
  if (stream.match(/^\d+/)) return 'number';
  // A name before ::, as in Action::"write".
  if (stream.match(/^[A-Za-z_]\w*(?=\s*::)/)) return 'typeName';
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (Array.isArray(word)) return wordToken(word[0] ?? '');
  if (stream.match(/^(?:==|!=|<=|>=|&&|\|\||::|[<>!+\-*])/)) return 'operator';
  stream.next();
  return null;
}

function wordToken(word: string): string | null {
  if (effects.has(word)) return 'controlKeyword';
  if (keywords.has(word)) return 'keyword';
  if (variables.has(word)) return 'variableName';
  return constants.has(word) ? 'bool' : null;
}

export const cedarLanguage = StreamLanguage.define<null>({
  name: 'cedar',
  startState: () => null,
  token: cedarToken,
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
});

export const cedarColours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--positive)' },
  { tag: tags.meta, color: 'var(--veiled)' },
  { tag: [tags.number, tags.bool], color: 'var(--pending)' },
  { tag: tags.typeName, color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.controlKeyword, color: 'var(--negative)', fontWeight: '600' },
  { tag: tags.keyword, color: 'var(--accent)' },
  { tag: tags.variableName, color: 'var(--accent)' },
  { tag: tags.operator, color: 'var(--ink-soft)' },
]);
