import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import type { Permission } from '#lib/auth/permissions';
import { notFound } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import type { SessionDetail } from './model.ts';
import { sessionInclude, sessionRows } from './session-rows.ts';
import { sessionsVisibleTo } from './visible.ts';

export async function getSession(context: Context, sessionId: string): Promise<SessionDetail> {
  const { db, actor } = context;
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const session = await db.session.findFirst({
    where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
    include: { ...sessionInclude, recording: true },
  });
  const [row] = session ? await sessionRows(db, [session]) : [];
  if (!session || !row) throw notFound('There is no such session.');
  const { recording } = session;
  const grants = await db.grant.findMany({
    where: { id: { in: session.grantIds } },
    select: { id: true, actions: true, scope: true },
  });
  const [openRecording, end] = await Promise.all([
    mayReach(db, actor, 'recording.open', sessionId),
    mayReach(db, actor, 'session.end', sessionId),
  ]);
  return {
    ...row,
    issuer: session.issuer,
    subject: session.subject,
    tokenId: session.tokenId,
    claims: claimsOf(session.claims),
    clientAddress: session.clientAddress,
    applicationName: session.applicationName,
    upstreamUser: session.upstreamUser,
    policyVersion: session.policyVersion,
    expiresAt: session.expiresAt,
    bytesOut: Number(session.bytesOut),
    grants,
    recording:
      recording === null
        ? null
        : {
            state: recording.state as 'sealed' | 'interrupted' | 'deleted',
            bytes: Number(recording.bytes),
            records: recording.records,
            digest: recording.digest,
            sealedAt: recording.sealedAt,
          },
    may: { openRecording, end: end && session.state === 'live' },
  };
}

function claimsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

async function mayReach(db: Db, actor: Actor, permission: Permission, sessionId: string): Promise<boolean> {
  const visible = await sessionsVisibleTo(db, actor, permission);
  if (visible === 'all') return true;
  return (await db.session.count({ where: { AND: [{ id: sessionId }, visible] } })) > 0;
}
