import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import {
  type Decision,
  type PolicyAgent,
  type PolicyRef,
  type PolicyResource,
  strictness,
} from '../model.ts';
import type { Backtest, DecisionChange, SeenStatement } from './model.ts';
import type { RecordedGroup } from './recorded-groups.ts';

const changesMax = 200;
const seenMax = 3;
const objectsShown = 3;

/** Statements of one group, and their two decisions. */
export interface Differing {
  readonly group: RecordedGroup;
  readonly agent: PolicyAgent;
  readonly resource: PolicyResource;
  readonly before: Decision;
  readonly after: Decision;
}

interface Words {
  readonly session_id: string;
  readonly seq: number;
  readonly tag: string;
  readonly text: string;
  readonly objects: readonly string[];
}

/** Differing groups by cause, most frequent first, with the words of the newest statement. */
export async function changesOf(
  tx: Tx,
  differing: readonly Differing[],
): Promise<Pick<Backtest, 'changes' | 'unlisted'>> {
  const words = await wordsOf(tx, differing);
  const changes = new Map<string, DecisionChange>();
  for (const one of differing) {
    const change = changeOf(one, words.get(placeOf(one.group)));
    const { from, to, policy, agent, resource, shape } = change;
    const key = JSON.stringify([from, to, policy?.id, agent.id, resource.id, shape]);
    const known = changes.get(key);
    changes.set(key, known ? both(known, change) : change);
  }
  const sorted = [...changes.values()].sort((a, b) => b.count - a.count);
  return { changes: sorted.slice(0, changesMax), unlisted: Math.max(0, sorted.length - changesMax) };
}

function changeOf(
  { group, agent, resource, before, after }: Differing,
  words: Words | undefined,
): DecisionChange {
  return {
    from: before.outcome,
    to: after.outcome,
    policy: causeOf(before, after),
    agent: { id: agent.id, name: agent.name },
    resource: { id: resource.id, name: resource.name },
    shape: words ? shapeOf(words) : 'a statement',
    count: group.count,
    text: words?.text ?? '',
    message: after.message,
    seen: group.sessions.map((sessionId, index) => ({
      sessionId,
      seq: group.seqs[index] ?? 0,
      at: (group.times[index] ?? group.at).toISOString(),
    })),
  };
}

/** Where the outcome is stricter or as strict, the draft's policy; where it is milder, the one that fell silent. */
function causeOf(before: Decision, after: Decision): PolicyRef | null {
  const speaks = strictness[after.outcome] >= strictness[before.outcome] ? after : before;
  return speaks.policies[0] ?? null;
}

function shapeOf({ tag, objects }: Words): string {
  const shown = objects.slice(0, objectsShown).join(', ');
  const more = objects.length > objectsShown ? ` and ${objects.length - objectsShown} more` : '';
  return `${tag} ${shown}${more}`.trim();
}

function both(a: DecisionChange, b: DecisionChange): DecisionChange {
  const newest = newestOf(a) >= newestOf(b) ? a : b;
  const seen: readonly SeenStatement[] = [...a.seen, ...b.seen]
    .sort((one, other) => (one.at < other.at ? 1 : -1))
    .slice(0, seenMax);
  return { ...newest, count: a.count + b.count, seen };
}

function newestOf(change: DecisionChange): string {
  return change.seen[0]?.at ?? '';
}

function placeOf({ sessions, seqs }: RecordedGroup): string {
  return `${sessions[0]} ${seqs[0]}`;
}

async function wordsOf(tx: Tx, differing: readonly Differing[]): Promise<Map<string, Words>> {
  if (differing.length === 0) return new Map();
  const groups = differing.map(({ group }) => group);
  const rows = await tx.$queryRaw<Words[]>(Prisma.sql`
    SELECT s.session_id, s.seq, s.tag, s.text, s.objects
    FROM unnest(${groups.map(({ sessions }) => sessions[0] ?? '')}::text[],
      ${groups.map(({ seqs }) => seqs[0] ?? 0)}::int[],
      ${groups.map(({ times, at }) => times[0] ?? at)}::timestamptz[]) AS w(session_id, seq, at)
    JOIN statement s USING (session_id, seq, at)`);
  return new Map(rows.map((row) => [`${row.session_id} ${row.seq}`, row]));
}
