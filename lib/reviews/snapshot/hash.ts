import { createHash } from 'node:crypto';
import { digestOf, type Json } from '#lib/core/canonical-json';

export interface HashedItem {
  readonly id: string;
  readonly grant: unknown;
  readonly evidence: unknown;
}

/**
 * The hash of a snapshot: SHA-256 over the digest of its record and then, in the queue's order, a line
 * with each item's id and the digests of its grant and evidence. Made at launch, made again from what
 * is stored at the sign-off, and again from a pack by whoever verifies it.
 */
export function snapshotHasher(snapshot: unknown): { add(item: HashedItem): void; digest(): string } {
  // Stored as JSON: members that are undefined are gone, dates are text.
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;
  const hash = createHash('sha256').update(digestOf(plain(snapshot)));
  return {
    add(item) {
      hash.update(`\n${item.id} ${digestOf(plain(item.grant))} ${digestOf(plain(item.evidence))}`);
    },
    digest: () => hash.digest('hex'),
  };
}
