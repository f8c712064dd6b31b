/**
 * Where a constant ends that starts at `start` of a text that Postgres has parsed: quotes of every kind
 * with their continuations on further lines, dollar quotes, numbers with their sign.
 */
export function literalEnd(text: string, start: number): number {
  const rest = text.slice(start, start + 4);
  if (rest[0] === '$' && !/^\$\d/.test(rest)) return dollarEnd(text, start);
  const quote = /^(?:[uU]&|[eEnNbBxX])?'/.exec(rest);
  if (quote !== null) {
    const escapes = rest[0] === 'e' || rest[0] === 'E';
    return quotedEnd(text, start + quote[0].length, escapes);
  }
  const match = /[-+]?\s*(?:\$\d+|[\w.]+(?:(?<=[\deE])[-+]\d+)?)/y;
  match.lastIndex = start;
  const word = match.exec(text);
  return word === null ? Math.min(start + 1, text.length) : start + word[0].length;
}

function quotedEnd(text: string, from: number, escapes: boolean): number {
  let at = from;
  while (at < text.length) {
    const unit = text[at];
    if (unit === '\\' && escapes) at += 2;
    else if (unit === "'" && text[at + 1] === "'") at += 2;
    else if (unit === "'") {
      const continued = continuation(text, at + 1);
      if (continued === null) return at + 1;
      at = continued;
    } else at++;
  }
  return text.length;
}

/** A string goes on after white space with a line break in it. */
function continuation(text: string, from: number): number | null {
  const match = /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:\s|--[^\n\r]*[\n\r])*'/y;
  match.lastIndex = from;
  const found = match.exec(text);
  return found === null ? null : from + found[0].length;
}

function dollarEnd(text: string, start: number): number {
  const second = text.indexOf('$', start + 1);
  if (second < 0) return text.length;
  const tag = text.slice(start, second + 1);
  const end = text.indexOf(tag, second + 1);
  return end < 0 ? text.length : end + tag.length;
}
