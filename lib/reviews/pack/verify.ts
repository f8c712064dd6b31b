import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { keyFingerprint, rawPublicKey } from '#lib/core/ed25519';
import { CountersignError, isCountersignError } from '#lib/core/errors';
import { type NoteVerifier, parseVerifier, verifierLine } from '#lib/ledger/signed-note';
import { type HashedItem, snapshotHasher } from '../snapshot/hash.ts';
import { drawnOf } from '../spot/draw.ts';
import type { PackItem } from './data.ts';
import { contentFiles, type Manifest, manifestFile, packOrder } from './files.ts';
import type { PackHead } from './head.ts';
import { openSignOff, type SignOffClaim } from './sign-off.ts';
import { checkEntry } from './verify-entry.ts';
import { ContainerFault, readZip } from './zip-read.ts';

/** A key that the verifier trusts beforehand: its name and its Ed25519 public key, raw 32 bytes in base64. */
export interface PinnedKey {
  readonly name: string;
  readonly publicKey: string;
}

export interface PackVerdict {
  /** Everything fits together, byte for byte. */
  readonly intact: boolean;
  /** One of the pinned keys signed it. Intact without it proves only that nothing was damaged. */
  readonly trusted: boolean;
  /** Each fault names the file in the pack that is wrong, or `container`. */
  readonly faults: readonly PackFault[];
  /** Facts for the reader when intact: campaign, signer, time, numbers, key. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface PackFault {
  readonly file: string;
  readonly message: string;
}

interface CheckedPack extends Pick<PackHead, 'snapshot' | 'snapshotHash' | 'spotDraws'> {
  readonly items: readonly (HashedItem & Pick<PackItem, 'spotCheck'>)[];
}

type Files = ReadonlyMap<string, Uint8Array>;

/** Checks a pack offline, without a database: the bytes of the file and the keys pinned beforehand. */
export async function verifyPack(
  file: Uint8Array,
  options: { readonly pinnedKeys: readonly PinnedKey[] },
): Promise<PackVerdict> {
  const broken = (faults: readonly PackFault[]): PackVerdict => ({
    intact: false,
    trusted: false,
    faults,
    facts: {},
  });
  let files: Files;
  try {
    files = readZip(file);
  } catch (error) {
    if (error instanceof ContainerFault) return broken([{ file: error.file, message: error.message }]);
    throw error;
  }
  const listed = checkList(files);
  if (listed.length > 0) return broken(listed);
  const faults: PackFault[] = [];
  const manifest = at(manifestFile, faults, () => readManifest(files));
  if (manifest) faults.push(...checkContent(files, manifest));
  const snapshotHash = at('pack.json', faults, () => readSnapshot(textOf(files, 'pack.json')));
  const key = at('proof/key.txt', faults, () => readKey(textOf(files, 'proof/key.txt')));
  const claim =
    key &&
    at('proof/sign-off.json', faults, () => openSignOff(textOf(files, 'proof/sign-off.json'), key.key));
  const entry =
    key && at('proof/entry.json', faults, () => checkEntry(textOf(files, 'proof/entry.json'), key));
  if (claim && entry) {
    if (canonicalJson(entry.payload as Json) !== canonicalJson(claim as unknown as Json)) {
      faults.push({
        file: 'proof/entry.json',
        message: 'the ledger’s entry says something else than the signed statement',
      });
    }
    if (snapshotHash && !claim.text.includes(snapshotHash)) {
      faults.push({ file: 'pack.json', message: 'its population is not the one that was attested' });
    }
    if (claim.manifestHash !== sha256(files.get(manifestFile))) {
      faults.push({ file: manifestFile, message: 'it is not the manifest that was signed' });
    } else if (manifest && manifest.campaignId !== claim.campaignId) {
      faults.push({ file: manifestFile, message: 'it belongs to another campaign' });
    }
  }
  if (faults.length > 0 || !key || !claim || !entry) return broken(faults);
  const raw = rawPublicKey(key.key);
  const trusted = options.pinnedKeys.some((one) => Buffer.from(one.publicKey, 'base64').equals(raw));
  return { intact: true, trusted, faults: [], facts: factsOf(claim, entry.size, raw) };
}

/** Exactly the files of a pack, in their order. */
function checkList(files: Files): PackFault[] {
  const names = [...files.keys()];
  const missing = packOrder
    .filter((name) => !files.has(name))
    .map((name) => ({ file: name, message: 'it is missing' }));
  const foreign = names
    .filter((name) => !packOrder.includes(name))
    .map((name) => ({ file: name, message: 'it does not belong into a pack' }));
  if (missing.length + foreign.length > 0) return [...missing, ...foreign];
  if (names.join('\n') === packOrder.join('\n')) return [];
  return [{ file: 'container', message: 'the files stand in another order' }];
}

function readManifest(files: Files): Manifest {
  const text = textOf(files, manifestFile);
  const manifest = JSON.parse(text) as Manifest;
  if (
    canonicalJson(manifest as unknown as Json) !== text ||
    manifest.format !== 'countersign-pack-manifest'
  ) {
    throw new Error('form');
  }
  if (Object.keys(manifest.files).sort().join() !== [...contentFiles].sort().join()) throw new Error('list');
  return manifest;
}

function checkContent(files: Files, manifest: Manifest): PackFault[] {
  return contentFiles
    .filter((name) => sha256(files.get(name)) !== manifest.files[name])
    .map((name) => ({ file: name, message: 'its SHA-256 is not the one in the manifest' }));
}

/** The snapshot's hash, made again from the population in the pack. */
function readSnapshot(text: string): string {
  const pack = JSON.parse(text) as CheckedPack;
  const hasher = snapshotHasher(pack.snapshot);
  for (const item of pack.items) hasher.add(item);
  const digest = hasher.digest();
  requireDraws(pack);
  if (digest === pack.snapshotHash) return digest;
  throw new CountersignError(
    'integrity',
    'its grants and evidence are not those of the snapshot that it names',
  );
}

/** Each draw for a second look, made again from its seed. */
function requireDraws(pack: CheckedPack): void {
  const items = Map.groupBy(pack.items, (item) => item.spotCheck?.drawId ?? '');
  for (const { id, seed, share } of pack.spotDraws) {
    const took = items.get(id) ?? [];
    const drawn = drawnOf(
      seed,
      took.map((item) => item.id),
      share,
    );
    if (took.every((item) => item.spotCheck?.drawn === drawn.has(item.id))) continue;
    throw new CountersignError('integrity', 'its items for a second look are not those that the seed draws');
  }
}

function readKey(text: string): NoteVerifier & { readonly name: string } {
  const { name, key } = parseVerifier(text);
  if (name === null || `${verifierLine(name, key)}\n` !== text) throw new Error('form');
  return { name, key };
}

/** Runs one check; what it throws becomes a fault of that file. */
function at<Result>(file: string, faults: PackFault[], check: () => Result): Result | null {
  try {
    return check();
  } catch (error) {
    faults.push({ file, message: isCountersignError(error) ? error.message : 'it is damaged' });
    return null;
  }
}

function textOf(files: Files, name: string): string {
  // A byte that is not UTF-8 is refused, not replaced.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(files.get(name));
}

function sha256(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? new Uint8Array())
    .digest('hex');
}

const numberNames = ['population', 'decided', 'excepted', 'denied', 'removed'];

function factsOf(claim: SignOffClaim, ledgerSize: number, raw: Buffer): Record<string, string> {
  const numbers = numberNames.map((name) => `${name} ${claim.numbers[name] ?? 0}`);
  return {
    campaign: claim.campaignId,
    'signed by': claim.demonstration ? 'nobody' : `${claim.signer.name} <${claim.signer.email}>`,
    ...(claim.demonstration
      ? { demonstration: 'a sandbox made it of itself: no person decided or signed, it attests nothing' }
      : {}),
    'signed at': claim.at,
    numbers: numbers.join(', '),
    'manifest SHA-256': claim.manifestHash,
    ledger: `the sign-off stands in the first ${ledgerSize} entries`,
    key: keyFingerprint(raw).toString('hex'),
  };
}
