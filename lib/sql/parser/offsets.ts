/**
 * From byte offsets in the UTF-8 form of a text, as the parser counts, to offsets in UTF-16 units. An
 * offset behind the end is the end.
 */
export function byteOffsets(text: string): (byteOffset: number) => number {
  if (/^[\0-\x7f]*$/.test(text)) return (offset) => Math.min(offset, text.length);
  let bytes = 0;
  const starts = new Uint32Array(text.length + 1);
  for (let unit = 0; unit < text.length; unit++) {
    starts[unit] = bytes;
    bytes += bytesOf(text.charCodeAt(unit));
  }
  starts[text.length] = bytes;
  return (offset) => {
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? bytes) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** UTF-8 bytes of one UTF-16 unit; the two halves of a pair have two each. */
function bytesOf(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}
