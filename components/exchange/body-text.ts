import type { RecordedBody } from '#lib/recording/model';

/** So much of a body is shown; the recording holds what it holds. */
export const shownCharsMax = 200_000;
const dumpedBytesMax = 1_024;

export interface ShownBody {
  readonly text: string;
  readonly form: 'JSON' | 'form' | 'text' | 'bytes';
  /** More is kept than is shown. */
  readonly isCut: boolean;
}

/** A body as a person reads it: laid out by its media type, its characters as they were. */
export function shownBody({ data, encoding, mediaType }: RecordedBody): ShownBody {
  if (encoding === 'base64') return { ...bytesDump(data), form: 'bytes' };
  const type = (mediaType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isCut = data.length > shownCharsMax;
  const text = isCut ? data.slice(0, shownCharsMax) : data;
  if (/[/+](x-)?(nd)?json(-seq)?$/.test(type)) return { text: laidOutJson(text), form: 'JSON', isCut };
  if (type === 'application/x-www-form-urlencoded') return { text: formLines(text), form: 'form', isCut };
  return { text, form: 'text', isCut };
}

/**
 * JSON with a line for each member. Nothing is parsed: numbers keep their digits, doubled names
 * stay, and what is no JSON or was cut comes out as far as it goes.
 */
export function laidOutJson(json: string): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gs) ?? [];
  let text = '';
  let depth = 0;
  let before = '';
  for (const token of tokens) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) depth = Math.max(0, depth - 1);
    const isEmpty = isClosing && before === (token === '}' ? '{' : '[');
    const startsLine = before === '{' || before === '[' || before === ',' || isClosing;
    if (text !== '' && startsLine && !isEmpty) text += `\n${'  '.repeat(Math.min(depth, 40))}`;
    // Values one behind the other: a stream of them.
    else if (depth === 0 && text !== '' && !isClosing && token !== ',') text += '\n';
    text += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return text;
}

function formLines(text: string): string {
  return text
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return `${decoded(name)} = ${decoded(value.join('='))}`;
    })
    .join('\n');
}

/** What can't be decoded stays as it was sent. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

function bytesDump(base64: string): { readonly text: string; readonly isCut: boolean } {
  const chars = Math.ceil(dumpedBytesMax / 3) * 4;
  const bytes = Uint8Array.from(atob(base64.slice(0, chars)), (char) => char.charCodeAt(0));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const some = [...bytes.subarray(at, at + 16)];
    const hex = some.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = some.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return { text: lines.join('\n'), isCut: base64.length > chars };
}
