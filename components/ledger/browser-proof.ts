import type { EntryDetail } from '#lib/ledger/model';

export interface ProofStep {
  readonly text: string;
  readonly holds: boolean;
}

/**
 * Checks an entry's place in the signed tree with the browser's own cryptography (RFC 9162 2.1.3.2,
 * C2SP signed note), from the bytes that the page was given: the server's word is not taken for it.
 */
export async function checkProof(
  entry: Pick<EntryDetail, 'envelope' | 'salt' | 'proof' | 'payloadForgotten'>,
  payload: string,
  verifier: string,
): Promise<readonly ProofStep[]> {
  const { proof } = entry;
  if (!proof) return [{ text: 'No checkpoint covers this entry yet.', holds: false }];
  const utf8 = new TextEncoder();
  const leaf = await sha256(Uint8Array.of(0), utf8.encode(entry.envelope));
  const steps: ProofStep[] = [];
  if (!entry.payloadForgotten) {
    const envelope = JSON.parse(entry.envelope) as { payloadHash?: string };
    const salted = hex(await sha256(unhex(entry.salt), utf8.encode(payload)));
    steps.push({ text: 'The payload shown is the one in the entry', holds: salted === envelope.payloadHash });
  }
  steps.push({ text: 'The entry hashes to its leaf', holds: hex(leaf) === proof.leaf });
  const root = await rootFrom(leaf, proof.position, proof.size, proof.path.map(unhex));
  steps.push({
    text: `The leaf at ${proof.position} leads to the root of ${proof.size} entries`,
    holds: root !== null && hex(root) === proof.root,
  });
  const [text = '', signature = ''] = splitNote(proof.checkpoint);
  const [, size, noteRoot] = text.split('\n');
  steps.push({
    text: 'The checkpoint says the same size and root',
    holds: size === String(proof.size) && base64Of(unhex(proof.root)) === noteRoot,
  });
  steps.push({
    text: 'The checkpoint is signed by the key below',
    holds: await isSigned(text, signature, verifier),
  });
  return steps;
}

async function rootFrom(
  leaf: Uint8Array,
  position: number,
  size: number,
  path: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  let at = position;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

function splitNote(note: string): readonly [text: string, signature: string] {
  const at = note.lastIndexOf('\n\n');
  return [note.slice(0, at + 1), note.slice(at + 2)];
}

/** Signature lines: `— name base64(4 bytes of key hash ‖ 64 bytes)`; the verifier: `name+hash+base64(1 ‖ key)`. */
async function isSigned(text: string, signatures: string, verifier: string): Promise<boolean> {
  const [name, , encoded] = verifier.trim().split('+', 3);
  const keyBytes = unbase64(verifier.trim().split('+').slice(2).join('+') || (encoded ?? '')).slice(1);
  try {
    const key = await crypto.subtle.importKey('raw', keyBytes, { name: 'Ed25519' }, false, ['verify']);
    for (const line of signatures.split('\n')) {
      const [dash, signer, value] = line.split(' ');
      if (dash !== '—' || signer !== name || value === undefined) continue;
      const message = new TextEncoder().encode(text);
      if (await crypto.subtle.verify('Ed25519', key, unbase64(value).slice(4), message)) return true;
    }
    return false;
  } catch {
    return false;
  }
}

async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined));
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const unbase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const base64Of = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
