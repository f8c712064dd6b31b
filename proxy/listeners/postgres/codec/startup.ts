import { FrameFault } from './frames.ts';
import { startupBytesMax } from './limits.ts';

/** What a connection may begin with: these packets have a length but no type byte. */
export type StartupPacket =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gss' }
  | { readonly kind: 'cancel'; readonly pid: number; readonly key: Buffer }
  | { readonly kind: 'startup'; readonly minor: number; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'unsupported'; readonly major: number };

const sslCode = 80877103;
const gssCode = 80877104;
const cancelCode = 80877102;
/** Protocol 3.2 allows cancel keys of 4 to 256 bytes. */
const cancelKeyBytesMax = 256;

/**
 * The declared length of the packet that `bytes` begin with, or null when it is not known yet.
 * Throws `FrameFault` for a length that no startup packet has.
 */
export function startupLength(bytes: Buffer): number | null {
  if (bytes.length < 4) return null;
  const length = bytes.readInt32BE(0);
  if (length < 8 || length > startupBytesMax) {
    throw new FrameFault('this is not the start of a Postgres connection');
  }
  return length;
}

/** Reads one whole packet, `startupLength` bytes. */
export function readStartup(packet: Buffer): StartupPacket {
  const code = packet.readInt32BE(4);
  if (code === sslCode && packet.length === 8) return { kind: 'ssl' };
  if (code === gssCode && packet.length === 8) return { kind: 'gss' };
  if (code === cancelCode) return readCancel(packet);
  const major = code >>> 16;
  if (major !== 3) return { kind: 'unsupported', major };
  return { kind: 'startup', minor: code & 0xffff, parameters: readParameters(packet) };
}

function readCancel(packet: Buffer): StartupPacket {
  const key = packet.subarray(12);
  if (packet.length < 13 || key.length > cancelKeyBytesMax)
    throw new FrameFault('a malformed cancel request');
  return { kind: 'cancel', pid: packet.readInt32BE(8), key };
}

function readParameters(packet: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  let at = 8;
  const text = (): string => {
    const nul = packet.indexOf(0, at);
    if (nul < 0) throw new FrameFault('a malformed startup packet');
    const value = packet.toString('utf8', at, nul);
    at = nul + 1;
    return value;
  };
  while (at < packet.length && packet[at] !== 0) {
    const name = text();
    if (parameters.has(name)) throw new FrameFault(`the startup packet names ${name} twice`);
    parameters.set(name, text());
  }
  if (at !== packet.length - 1) throw new FrameFault('a malformed startup packet');
  return parameters;
}
