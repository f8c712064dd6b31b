import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

// Where a message may go. The name is resolved once and the connection made to that very address, so
// that a name can't turn to another one between the check and the connection.

/** Never, whoever asks: cloud metadata, this host's own link, nobody, everybody. */
const never = new BlockList();
never.addSubnet('169.254.0.0', 16);
never.addSubnet('0.0.0.0', 8);
never.addSubnet('224.0.0.0', 3);
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
never.addAddress('::', 'ipv6');
// Azure's platform address, and a metadata address of another cloud.
never.addAddress('168.63.129.16');
never.addAddress('fd00:ec2::254', 'ipv6');

/** Only where an admin said that the receiver is in the company's own network. */
const inside = new BlockList();
inside.addSubnet('10.0.0.0', 8);
inside.addSubnet('172.16.0.0', 12);
inside.addSubnet('192.168.0.0', 16);
inside.addSubnet('127.0.0.0', 8);
inside.addSubnet('100.64.0.0', 10);
inside.addSubnet('192.0.0.0', 24);
inside.addSubnet('198.18.0.0', 15);
inside.addAddress('::1', 'ipv6');
inside.addSubnet('fc00::', 7, 'ipv6');

export function mayReach(address: string, privateNetwork: boolean): boolean {
  const bare = plainAddress(address);
  const family = isIP(bare) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(bare) === 0 || never.check(bare, family)) return false;
  return privateNetwork || !inside.check(bare, family);
}

/** An IPv4 address that comes in the clothes of IPv6 (mapped, NAT64, 6to4 for what it wraps). */
function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const hex = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const wrapped =
    /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(hex) ??
    /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/.exec(hex);
  if (!wrapped) return hex;
  const [high = 0, low = 0] = wrapped.slice(1).map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The address to connect to for `host`; throws where it has one that may not be reached. */
export async function addressOf(
  host: string,
  privateNetwork: boolean,
): Promise<{ readonly address: string; readonly family: number }> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = await lookup(bare, { all: true });
  // All of them: a name with one good and one bad address is somebody's trick.
  const refused = found.find(({ address }) => !mayReach(address, privateNetwork));
  const [first] = found;
  if (refused || !first) {
    throw new Error(
      `${bare} is ${refused?.address ?? 'nowhere'}, which is not a public address. If the receiver is in your own network, say so in the subscription.`,
    );
  }
  return first;
}
