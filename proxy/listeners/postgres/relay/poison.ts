import type { FactsView } from './facts-view.ts';

/** A pooled connection must not be dead for good: so long without a message ends it. */
const quietMsMax = 2_000;

/**
 * After a refusal, later writes of the same script are refused too: a piped psql script goes on with
 * its next statement after an error. Simple protocol only; drivers see their errors.
 */
export class Poison {
  #because: string | null = null;
  #lastMs = 0;

  refused(because: string, nowMs: number): void {
    this.#because = because;
    this.#lastMs = nowMs;
  }

  /** Why a message must not run now, or null. Sees every message of the simple protocol. */
  check(views: readonly FactsView[], nowMs: number): string | null {
    const quiet = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#because === null) return null;
    if (quiet > quietMsMax || views.some(resumes)) {
      this.#because = null;
      return null;
    }
    return views.some(({ kind: { writes } }) => writes) ? this.#because : null;
  }
}

function resumes({ facts }: FactsView): boolean {
  return (
    facts.transaction === 'begin' ||
    facts.tag === 'DISCARD ALL' ||
    facts.settings.some(({ name, value }) => name === 'countersign.resume' && isOn(value))
  );
}

function isOn(value: string | null): boolean {
  return value !== null && ['on', 'true', 'yes', '1'].includes(value.toLowerCase());
}

export function poisonedMessage(because: string): string {
  return `[DENIED] Not run, because a statement before it in this script was refused (${because}). Stop the script; to go on, send BEGIN or SET countersign.resume = on, or wait 2 s.`;
}
