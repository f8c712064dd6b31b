import { createHash } from 'node:crypto';

/**
 * Which of these items a seed draws: each item's place is the SHA-256 over the seed and its id, the
 * first `share` of them (rounded up) are drawn. Anybody who has seed and list can draw again.
 */
export function drawnOf(seed: string, itemIds: readonly string[], share: number): ReadonlySet<string> {
  const placed = itemIds.map((id) => ({
    id,
    place: createHash('sha256').update(`${seed}\n${id}`).digest('hex'),
  }));
  placed.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  // A share that floating point makes a hair too large draws no item more.
  const size = Math.min(itemIds.length, Math.ceil(share * itemIds.length - 1e-9));
  return new Set(placed.slice(0, size).map(({ id }) => id));
}

/** The share that a campaign's rules ask for; older campaigns were set up without. */
export function spotShareOf(rules: unknown): number {
  const share = (rules as { spotCheckShare?: unknown } | null)?.spotCheckShare;
  return typeof share === 'number' ? share : 0;
}
