import type { RemovalProof } from '../model.ts';
import type { PackItem } from './data.ts';

/** Rows of one table; what is beyond stands in decisions.csv. */
export const rowsMax = 400;

/** What the report needs of the items, gathered while they are written elsewhere. */
export class ReportRows {
  readonly removals: string[][] = [];
  readonly keeps: string[][] = [];
  readonly exceptions: string[][] = [];
  readonly assignments: string[][] = [];
  readonly spotChecks: string[][] = [];
  readonly totals = { removals: 0, keeps: 0, exceptions: 0, spotChecks: 0 };

  add(item: PackItem): void {
    const last = item.decisions.at(-1);
    const who = last ? `${last.by.name}, ${day(last.at)}` : '';
    if (item.removals.length > 0) {
      this.totals.removals += 1;
      const proof = item.removals.map((one) => one.state.replaceAll('_', ' ')).join(', ');
      push(this.removals, [
        String(item.position),
        item.sentence,
        `${last?.choice ?? ''} by ${who}`,
        proof,
        proofOf(item),
      ]);
    } else if (item.state === 'approved') {
      this.totals.keeps += 1;
      const uses = item.evidence.totals;
      const reasons = [...new Set(item.decisions.flatMap((one) => one.reason ?? []))].join(' / ');
      push(this.keeps, [
        String(item.position),
        item.sentence,
        `${uses.used} used, ${uses.unused} unused`,
        [...new Set(item.decisions.map((one) => one.by.name))].join(', '),
        reasons,
      ]);
    }
    for (const one of item.exceptions) {
      this.totals.exceptions += 1;
      push(this.exceptions, [
        String(item.position),
        item.sentence,
        one.reason,
        one.approvedBy.name,
        day(one.endsAt),
      ]);
    }
    if (item.spotCheck?.drawn) {
      this.totals.spotChecks += 1;
      const answer = item.spotCheck.answers.at(-1);
      push(this.spotChecks, [
        String(item.position),
        item.sentence,
        (answer?.by ?? item.spotCheck.checker)?.name ?? 'nobody',
        answer ? `${answer.outcome}s, ${day(answer.at)}` : `not taken, ${item.state}`,
        answer?.reason ?? '',
      ]);
    }
    for (const one of item.reviewers.filter((reviewer) => reviewer.delegatedFrom !== null)) {
      push(this.assignments, [
        String(item.position),
        one.delegatedFrom ?? '',
        one.person.name,
        one.delegatedReason ?? '',
      ]);
    }
  }
}

function push(rows: string[][], row: string[]): void {
  if (rows.length < rowsMax) rows.push(row);
}

/** The last proof; before it where another system's own word is found. */
function proofOf(item: PackItem): string {
  const proofs = item.removals.at(-1)?.proofs as readonly Partial<RemovalProof>[] | undefined;
  const accepted = proofs?.find((one) => typeof one.data?.reference === 'string');
  const last = proofs?.at(-1);
  return [...new Set([accepted?.sentence, last?.sentence])].filter(Boolean).join(' ');
}

function day(at: string): string {
  return at.slice(0, 10);
}
