import type { Named, ReviewerQuality } from './model.ts';
import { fastKeepMs, theSandbox } from './rules.ts';

export interface QualityInput {
  /** Null: the sandbox. */
  readonly personId: string | null;
  readonly decision: string;
  readonly dwellMs: number | null;
  readonly evidenceOpened: readonly string[];
}

/** Fewer decisions than this say nothing about a habit. */
const habitMin = 5;

/** How each reviewer decided: counts first, flags where they look like rubber stamps. */
export function qualityOf(
  decisions: readonly QualityInput[],
  people: ReadonlyMap<string, Named>,
): readonly ReviewerQuality[] {
  const byPerson = Map.groupBy(decisions, (one) => one.personId ?? theSandbox.id);
  return [...byPerson].map(([personId, own]) => {
    const keeps = own.filter((one) => one.decision === 'approve');
    const fastKeeps = keeps.filter((one) => one.dwellMs !== null && one.dwellMs < fastKeepMs).length;
    const evidenceOpened = own.filter((one) => one.evidenceOpened.length > 0).length;
    const flags: string[] = [];
    if (fastKeeps > 0) flags.push(`${fastKeeps} of ${keeps.length} keeps in under ${fastKeepMs / 1000} s`);
    if (own.length >= habitMin && keeps.length === own.length) flags.push(`kept all ${own.length} items`);
    if (own.length >= habitMin && evidenceOpened === 0) flags.push('opened no evidence');
    return {
      person:
        personId === theSandbox.id ? theSandbox : (people.get(personId) ?? { id: personId, name: personId }),
      decisions: own.length,
      keeps: keeps.length,
      medianDwellMs: median(own.flatMap((one) => one.dwellMs ?? [])),
      fastKeeps,
      evidenceOpened,
      flags,
    };
  });
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
