import type { Db } from '#lib/db/client';
import { accessEvent, type OcsfEvent, objectEvent, statementEvent } from '#lib/ocsf/index';

/** What a message says: the event for machines, one line and a page for people. */
export interface Composed {
  readonly event: OcsfEvent;
  readonly line: string;
  /** Path of the page that shows it. */
  readonly path: string;
  readonly subject: string;
  readonly at: Date;
}

interface About {
  readonly entryId?: string;
  readonly sessionId?: string;
  readonly seq?: number;
  readonly at?: string;
  readonly by?: string;
}

/** Null: what it is about is gone (its time of keeping has passed). */
export async function compose(
  db: Db,
  name: string,
  messageId: string,
  about: About,
): Promise<Composed | null> {
  if (about.entryId !== undefined) return ofEntry(db, name, about.entryId);
  if (about.sessionId !== undefined && about.seq !== undefined && about.at !== undefined) {
    return ofStatement(db, about.sessionId, about.seq, new Date(about.at));
  }
  if (about.sessionId !== undefined) return ofSession(db, about.sessionId);
  const at = new Date(about.at ?? 0);
  const line = `${about.by ?? 'Somebody'} tests this subscription of Countersign`;
  const by = { id: 'test', name: about.by ?? 'test' };
  const fact = {
    entryId: messageId,
    at,
    by,
    operation: name,
    change: 'create',
    objects: [],
    failed: false,
  } as const;
  return { event: objectEvent({ ...fact, message: line }), line, path: '/', subject: 'test', at };
}

async function ofEntry(db: Db, name: string, entryId: string): Promise<Composed | null> {
  const entry = await db.ledgerEntry.findUnique({ where: { id: entryId } });
  if (entry === null) return null;
  const { id, at, summary: line, subjectKind, subjectId } = entry;
  const by = { id: entry.actorId ?? entry.actorKind, name: entry.actorName };
  const told = { line, path: pathOf(subjectKind, subjectId), subject: subjectId, at };
  if (name === 'grant.created' || name === 'grant.revoked') {
    const grant = await db.grant.findUnique({
      where: { id: subjectId },
      include: { agent: true, resource: true },
    });
    if (grant === null) return null;
    const { agent, resource, actions } = grant;
    const change = name === 'grant.created' ? 'given' : 'taken';
    return {
      ...told,
      event: accessEvent({
        entryId: id,
        at,
        by,
        agent,
        resource,
        grantId: subjectId,
        actions,
        change,
        message: line,
      }),
    };
  }
  const change = /\.(requested|filed|opened|created)$/.test(name) ? 'create' : 'update';
  const objects = [{ id: subjectId, name: subjectId, type: subjectKind }];
  return {
    ...told,
    event: objectEvent({
      entryId: id,
      at,
      by,
      operation: name,
      change,
      objects,
      failed: false,
      message: line,
    }),
  };
}

async function ofSession(db: Db, sessionId: string): Promise<Composed | null> {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { agent: true, resource: true },
  });
  if (session === null) return null;
  const { agent, resource, state, statements, denied } = session;
  const at = session.endedAt ?? session.startedAt;
  const line = `The session of ${agent.name} on ${resource.name} is ${state}: ${statements} statements, ${denied} denied${session.endReason ? ` (${session.endReason})` : ''}`;
  const objects = [
    { id: sessionId, name: sessionId, type: 'session' },
    { id: resource.id, name: resource.name, type: 'resource' },
  ];
  const event = objectEvent({
    entryId: `${sessionId}:closed`,
    at,
    by: agent,
    operation: 'session.closed',
    change: 'update',
    objects,
    failed: state !== 'closed',
    message: line,
  });
  return { event, line, path: `/sessions/${sessionId}`, subject: sessionId, at };
}

async function ofStatement(db: Db, sessionId: string, seq: number, at: Date): Promise<Composed | null> {
  const row = await db.statement.findUnique({ where: { sessionId_seq_at: { sessionId, seq, at } } });
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { agent: true, resource: true },
  });
  if (row === null || session === null) return null;
  const { agent, resource, clientAddress } = session;
  const event = statementEvent({
    ...row,
    agent,
    resource,
    clientAddress,
    decision: row.decision as 'allow' | 'deny' | 'hold',
    outcome: row.outcome as 'completed',
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorText ?? '' },
    rows: row.rows === null ? null : Number(row.rows),
    bytesOut: Number(row.bytesOut),
    durationUs: row.durationUs === null ? null : Number(row.durationUs),
  });
  const line = `${row.tag} of ${agent.name} on ${resource.name} was ${row.decision === 'deny' ? 'denied' : 'held'}`;
  return { event, line, path: `/sessions/${sessionId}?at=${seq}`, subject: `${sessionId}/${seq}`, at };
}

/** The page that shows what an entry is about. */
function pathOf(kind: string, id: string): string {
  switch (kind) {
    case 'approval':
      return `/approvals/${id}`;
    case 'session':
      return `/sessions/${id}`;
    case 'campaign':
      return `/reviews/${id}`;
    case 'grant':
      return `/grants?open=${id}`;
    case 'agent':
      return `/agents?open=${id}`;
    case 'access-request':
      return '/approvals';
    default:
      return '/findings';
  }
}
