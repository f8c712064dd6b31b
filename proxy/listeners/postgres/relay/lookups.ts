import { hash } from 'node:crypto';
import { lookedUp, lookupsMax } from '#lib/masking/index';
import { refusedStatement } from '../errors.ts';
import type { Judged } from './judged.ts';
import { readable } from './parameters-text.ts';
import type { Refusal } from './replaced.ts';

/** Values that one session has looked up in masked columns: guessing one by one has an end. */
export class Lookups {
  readonly #seen = new Map<string, Set<string>>();

  /** Counts what a message looks up; the refusal when that is more than its mask allows. */
  take(judged: Judged, recorded: () => readonly (string | null)[] | null): Refusal | null {
    if (judged.decisions.every(({ masks }) => masks.lookups === undefined)) return null;
    const { masks } = judged.access.resource;
    const values = { text: judged.parsed.text, parameters: readable(recorded()) };
    for (const [index, { facts }] of judged.views.entries()) {
      for (const { column, value } of lookedUp(facts, judged.decisions[index]?.masks.lookups ?? [], values)) {
        const most = lookupsMax(masks, column);
        if (!this.#count(column, value, most)) return tooMany(column, most);
      }
    }
    return null;
  }

  #count(column: string, value: string, most: number): boolean {
    const seen = this.#seen.get(column) ?? new Set<string>();
    this.#seen.set(column, seen);
    const digest = hash('sha256', value, 'base64');
    if (seen.has(digest)) return true;
    if (seen.size >= most) return false;
    seen.add(digest);
    return true;
  }
}

function tooMany(column: string, most: number): Refusal {
  return refusedStatement(
    `${column} is masked, and ${most} of its values were looked up in this session, which is the most that is allowed`,
    'Find the rows by another column, or ask an admin to allow more lookups.',
  );
}
