/**
 * The text that a constant of SQL stands for: escapes of E'…' and U&'…' read, parts that go on in the
 * next line joined. What is no such constant is left as it is.
 */
export function constantText(literal: string): string {
  const joined = literal.replaceAll(/'[ \t\f\v]*(?:--[^\n]*)?[\r\n]\s*'/g, '');
  if (/^e'/i.test(joined)) return joined.replaceAll(escapes, (...found) => unescaped(found as string[]));
  if (!/^u&'/i.test(joined)) return joined;
  return joined.replaceAll(/\\(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/gi, (_, short?: string, long?: string) =>
    character(short ?? long ?? ''),
  );
}

const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g;

function unescaped([, short, long, hex, octal, other = '']: readonly (string | undefined)[]): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  const code = short ?? long ?? hex;
  return code === undefined ? other : character(code);
}

function character(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code > 0x10_ff_ff ? '' : String.fromCodePoint(code);
}
