import type { Tx } from '#lib/db/client';
import type { LedgerAction } from '#lib/ledger/actions';
import { csvLine } from './csv.ts';

/** What an auditor asks about the machine itself: changes of rules and people, and its troubles. */
const reportedActions: readonly LedgerAction[] = [
  'policy.published',
  'freeze.created',
  'freeze.ended',
  'mask.created',
  'mask.changed',
  'mask.ended',
  'group.created',
  'group.changed',
  'person.created',
  'person.changed',
  'issuer.created',
  'issuer.changed',
  'issuer.ended',
  'resource.created',
  'resource.changed',
  'resource.ended',
  'declaration.applied',
  'recording.deleted',
  'recording.held',
  'recording.released',
  'approval.broke-glass',
  'proposal.not-asked',
  'worker.event',
];
const pageRows = 1_000;

export const operationsHeader = csvLine(['At', 'Kind', 'Who', 'Subject', 'What']);

/** Lines of the period's gaps and changes: broken recordings, unknown outcomes, ledger entries. */
export async function* operationLines(tx: Tx, from: Date, to: Date): AsyncGenerator<string> {
  const broken = await tx.session.findMany({
    where: {
      state: 'interrupted',
      startedAt: { lt: to },
      OR: [{ endedAt: { gte: from } }, { endedAt: null, startedAt: { gte: from } }],
    },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, startedAt: true, endReason: true, workerId: true },
  });
  for (const one of broken) {
    const what = `The recording of session ${one.id} broke off: ${one.endReason ?? 'no reason known'}`;
    yield csvLine([one.startedAt.toISOString(), 'recording interrupted', one.workerId, one.id, what]);
  }
  const unknown = await tx.$queryRaw<{ day: string; session: string; statements: number }[]>`
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, session_id AS session, count(*)::int AS statements
    FROM statement WHERE outcome = 'unknown' AND at >= ${from} AND at < ${to}
    GROUP BY 1, 2 ORDER BY 1, 2`;
  for (const one of unknown) {
    const what = `${one.statements} statements ended with an unknown outcome`;
    yield csvLine([one.day, 'outcome unknown', null, one.session, what]);
  }
  for (let after = { at: from, id: '' }; ; ) {
    const page = await tx.ledgerEntry.findMany({
      where: {
        action: { in: [...reportedActions] },
        at: { gte: from, lt: to },
        OR: [{ at: { gt: after.at } }, { at: after.at, id: { gt: after.id } }],
      },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
      take: pageRows,
      select: {
        id: true,
        at: true,
        action: true,
        actorName: true,
        subjectKind: true,
        subjectId: true,
        summary: true,
      },
    });
    for (const one of page) {
      const subject = `${one.subjectKind} ${one.subjectId}`;
      yield csvLine([one.at.toISOString(), one.action, one.actorName, subject, one.summary]);
    }
    const last = page.at(-1);
    if (!last || page.length < pageRows) return;
    after = last;
  }
}
