import { createHash, type Hash } from 'node:crypto';
import { type CopyRows, copyRows } from '#lib/masking/index';
import type { Conversation } from './conversation.ts';
import { copyOptionsOf } from './copy-options.ts';
import type { EstimatedWrite } from './counted-write.ts';
import type { FactsView } from './facts-view.ts';
import { askPeople } from './held.ts';
import type { Judged } from './judged.ts';
import { refusalOf } from './refusing.ts';
import type { Refusal } from './replaced.ts';
import type { StatementRun } from './run.ts';

/** A COPY … FROM STDIN that policy allowed before anybody knew its rows: they are counted as they pass. */
export interface CountedCopy extends EstimatedWrite {
  readonly judged: Judged;
  readonly rows: CopyRows;
  /** Of the data as it came: an approval is for these rows only. */
  readonly hash: Hash;
}

/** True for a message that is one COPY … FROM STDIN. */
export function copiesIn(views: readonly FactsView[]): boolean {
  const [view] = views;
  if (view === undefined || views.length !== 1 || view.kind.tag !== 'COPY') return false;
  const members = view.facts.requests.map(({ member }) => member);
  return members.includes('copy_from') && !members.some((member) => fromElsewhere.has(member));
}

const fromElsewhere: ReadonlySet<string> = new Set(['copy_program', 'read_server_file']);

/** Null: no policy asks how many rows it writes. */
export function countedCopyOf(judged: Judged, { text, bound }: EstimatedWrite): CountedCopy | null {
  const { views, parsed, decision } = judged;
  const isAsked = decision.reads?.includes('estimate') === true;
  if (!isAsked || parsed.kind !== 'parsed' || !copiesIn(views)) return null;
  return {
    judged,
    text,
    bound,
    rows: copyRows(copyOptionsOf(parsed.statements[0])),
    hash: createHash('sha256'),
  };
}

/**
 * Decides a copy by the rows that came, when the client has sent all of them and the target waits for the
 * end. Null: it may be stored. Otherwise it must be made to fail; then nothing of it is stored.
 */
export async function judgeCopy(
  talk: Conversation,
  run: StatementRun,
  { judged, text, bound, rows: counter, hash }: CountedCopy,
): Promise<Refusal | null> {
  if (!talk.session.live.fresh) await talk.session.live.refresh();
  const { rows } = counter;
  // Its names are bound and its table is locked: the catalog can't be asked on this connection now.
  const decide = () => talk.judge.decideFacts(judged.parsed, judged.views, rows);
  const again = decide();
  if (again.decision.outcome === 'allow') return null;
  if (again.decision.outcome === 'deny') {
    const refusal = refusalOf(again);
    run.finish('refused', null, { code: refusal.code, message: refusal.message });
    return refusal;
  }
  const data = { rows, digest: hash.digest('hex') };
  const held = { judged: again, text, bound, run, again: decide, counted: rows, data, isBusy: true };
  const result = await askPeople(talk, held);
  return 'approved' in result ? null : result.refusal;
}
