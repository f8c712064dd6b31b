import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { publicKeyFromRaw, rawPublicKey, signatureStands, signBytes } from '#lib/core/ed25519';
import { CountersignError } from '#lib/core/errors';

// C2SP signed-note: text, an empty line, then signature lines "— name base64(key hash ‖ signature)".

const ed25519Algorithm = Buffer.from([1]);
const signaturePrefix = '\u2014 ';
const noteBytesMax = 64 * 1024;

/** A key that notes are checked with. Without a name it stands for whoever holds it. */
export interface NoteVerifier {
  readonly name: string | null;
  readonly key: KeyObject;
}

export interface OpenedNote {
  /** What was signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
  /** The verifier whose signature stands; null: none of the given ones signed it. */
  readonly verifier: NoteVerifier | null;
}

interface NoteSignature {
  readonly name: string;
  readonly keyHash: Buffer;
  readonly signature: Buffer;
}

export function signNote(text: string, name: string, key: KeyObject): string {
  const signature = signBytes(key, Buffer.from(text, 'utf8'));
  const line = Buffer.concat([noteKeyHash(name, rawPublicKey(key)), signature]).toString('base64');
  return `${text}\n${signaturePrefix}${name} ${line}\n`;
}

/**
 * Takes a note apart and looks for a signature by one of `verifiers`. Throws `integrity` for a note
 * that is malformed, or that claims a known key with a signature that does not stand.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  if (note.length > noteBytesMax) throw malformed('it is too long');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw malformed('it has no signature');
  const text = note.slice(0, split + 1);
  const signatures = note
    .slice(split + 2, -1)
    .split('\n')
    .map(parseSignature);
  let found: NoteVerifier | null = null;
  for (const { name, keyHash, signature } of signatures) {
    const verifier = verifiers.find(
      (candidate) =>
        (candidate.name === null || candidate.name === name) &&
        noteKeyHash(name, rawPublicKey(candidate.key)).equals(keyHash),
    );
    if (!verifier) continue;
    if (!signatureStands(verifier.key, Buffer.from(text, 'utf8'), signature)) {
      throw new CountersignError('integrity', `the signature of ${name} does not fit the note's text`);
    }
    found ??= verifier;
  }
  return { text, signatures, verifier: found };
}

/** `name+keyhash+base64`: the public key as one line that people can pin. */
export function verifierLine(name: string, key: KeyObject): string {
  const raw = rawPublicKey(key);
  const encoded = Buffer.concat([ed25519Algorithm, raw]).toString('base64');
  return `${name}+${noteKeyHash(name, raw).toString('hex')}+${encoded}`;
}

/** Reads a public key: a verifier line, or SPKI PEM (which has no name). */
export function parseVerifier(text: string): NoteVerifier {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) return { name: null, key: pemKey(trimmed) };
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(trimmed);
  const [, name, hash, encoded] = match ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (!name || bytes.length !== 33 || bytes[0] !== 1) {
    throw new CountersignError('invalid', 'this is not a public key: expected PEM, or a line name+hash+key');
  }
  const raw = bytes.subarray(1);
  if (noteKeyHash(name, raw).toString('hex') !== hash) {
    throw new CountersignError('invalid', 'the public key line is damaged: its hash does not fit');
  }
  return { name, key: publicKeyFromRaw(raw) };
}

function pemKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new CountersignError('invalid', 'the public key can not be read', { cause });
  }
  throw new CountersignError('invalid', 'the public key must be Ed25519');
}

function noteKeyHash(name: string, raw: Uint8Array): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(ed25519Algorithm)
    .update(raw)
    .digest()
    .subarray(0, 4);
}

function parseSignature(line: string): NoteSignature {
  const match = /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line);
  const bytes = Buffer.from(match?.[2] ?? '', 'base64');
  if (!match?.[1] || bytes.length < 5) throw malformed('a signature line is not readable');
  return { name: match[1], keyHash: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function malformed(why: string): CountersignError {
  return new CountersignError('integrity', `this is not a signed note: ${why}`);
}
