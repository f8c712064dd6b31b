// The e-mail detector for ASCII, on the bytes: what its regular expression finds, without making a text.

const local = new Uint8Array(256);
const label = new Uint8Array(256);
const letter = new Uint8Array(256);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  for (const set of [local, label, letter]) set[character.charCodeAt(0)] = 1;
}
for (const character of '0123456789-') for (const set of [local, label]) set[character.charCodeAt(0)] = 1;
for (const character of '._%+') local[character.charCodeAt(0)] = 1;

const at = 0x40;
const dot = 0x2e;
const localMost = 64;
const labelMost = 63;
const labelsMost = 8;
const topLeast = 2;
const topMost = 24;

const mark = Buffer.from('[email]');

/** ASCII bytes from `begin` to `finish` with each address replaced by `[email]`; null when there is none. */
export function hideEmails(bytes: Uint8Array, begin = 0, finish = bytes.length): Uint8Array | null {
  let out: Buffer | null = null;
  let used = 0;
  /** Up to here nothing more is looked at: it is copied, or belongs to an address. */
  let free = begin;
  for (let sign = begin; sign < finish; sign += 1) {
    if (bytes[sign] !== at) continue;
    let start = sign;
    while (start > free && sign - start < localMost && local[bytes[start - 1] as number] === 1) start -= 1;
    const end = start === sign ? null : domainEnd(bytes, sign + 1, finish);
    if (end === null) continue;
    // The mark may be longer than the shortest address, a@b.cc.
    out ??= Buffer.allocUnsafe(finish - begin + Math.ceil((finish - begin) / 6) + mark.length);
    for (let from = free; from < start; from += 1) out[used++] = bytes[from] as number;
    for (let from = 0; from < mark.length; from += 1) out[used++] = mark[from] as number;
    free = end;
    sign = end - 1;
  }
  if (out === null) return null;
  for (let from = free; from < finish; from += 1) out[used++] = bytes[from] as number;
  return out.subarray(0, used);
}

/** Where the longest domain ends that begins here: labels with dots, then letters; null: none does. */
function domainEnd(bytes: Uint8Array, from: number, finish: number): number | null {
  let end: number | null = null;
  let begin = from;
  for (let labels = 0; labels < labelsMost; labels += 1) {
    let close = begin;
    while (close < finish && close - begin < labelMost && label[bytes[close] as number] === 1) close += 1;
    if (close === begin || close >= finish || bytes[close] !== dot) return end;
    begin = close + 1;
    let top = begin;
    while (top < finish && top - begin < topMost && letter[bytes[top] as number] === 1) top += 1;
    if (top - begin >= topLeast) end = top;
  }
  return end;
}
