// inet and cidr: what stays is the network, /24 of IPv4 and /48 of IPv6.

const familyV4 = 2;
const familyV6 = 3;
const bitsV4 = 24;
const bitsV6 = 48;

/** The network of an address in Postgres' text form; null for what is not one. */
export function networkOf(text: string): string | null {
  const address = text.split('/')[0] ?? '';
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(address);
  if (v4) return `${v4[1]}.${v4[2]}.${v4[3]}.0/${bitsV4}`;
  const v6 = expandV6(address);
  return v6 ? `${v6.slice(0, 3).join(':')}::/${bitsV6}` : null;
}

function expandV6(address: string): readonly string[] | null {
  if (!/^[0-9a-f:.]+$/i.test(address)) return null;
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const groups = (half: string | undefined) => (half ? half.split(':') : []);
  const head = groups(halves[0]);
  const tail = groups(halves[1]);
  const width = (parts: readonly string[]) =>
    parts.reduce((sum, part) => sum + (part.includes('.') ? 2 : 1), 0);
  const missing = 8 - width(head) - width(tail);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
  const first = all.slice(0, 3);
  return first.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? first : null;
}

/** The same in binary: family, bits, is_cidr, length, address. */
export function networkOfBytes(bytes: Buffer): Buffer | null {
  const [family, , isCidr, length] = bytes;
  if (family === undefined || length === undefined || bytes.length !== 4 + length) return null;
  const isV4 = family === familyV4 && length === 4;
  if (!isV4 && !(family === familyV6 && length === 16)) return null;
  const kept = isV4 ? bitsV4 : bitsV6;
  const network = Buffer.alloc(bytes.length);
  network.set([family, kept, isCidr ?? 0, length]);
  bytes.copy(network, 4, 4, 4 + kept / 8);
  return network;
}
