import { CountersignError } from '#lib/core/errors';

/** A key that the verifier trusts beforehand: its name and its Ed25519 public key, raw 32 bytes in base64. */
export interface PinnedKey {
  readonly name: string;
  readonly publicKey: string;
}

export interface PackVerdict {
  readonly intact: boolean;
  /** Each fault names the file in the pack that is wrong, or `container`. */
  readonly faults: readonly { readonly file: string; readonly message: string }[];
  /** Facts for the reader when intact: campaign, signer, time, population, key. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Checks a pack offline, without a database: the bytes of the file and the keys pinned beforehand. */
export async function verifyPack(
  _file: Uint8Array,
  _options: { readonly pinnedKeys: readonly PinnedKey[] },
): Promise<PackVerdict> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
