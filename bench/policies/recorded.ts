import type { Context } from '#lib/auth/context';
import { digestOf } from '#lib/core/canonical-json';
import { heldClock } from '#lib/core/clock';
import { newId } from '#lib/core/ids';
import type { Db } from '#lib/db/client';
import { actionOf } from '#lib/policies/members';

const sessions = 200;

function factsOf(kind: number) {
  const member = (['select', 'update', 'delete', 'insert'] as const)[kind % 4] ?? 'select';
  return {
    tag: member.toUpperCase(),
    requests: [{ action: actionOf(member), member, kind: 'table', object: `public.t${kind}` }],
    attributes: { has_where: true },
    functions: [],
    columns: [],
    outputs: [],
    outputsUnknown: false,
    refusals: [],
    unresolved: [],
  };
}

/** An auditor over so many statements of so many kinds, one a second, by one agent. */
export async function fillRecorded(db: Db, statements: number, kinds: number): Promise<Context> {
  const ids = { issuerId: newId('issuer'), agentId: newId('agent'), resourceId: newId('resource') };
  const grantId = newId('grant');
  await db.issuer.create({
    data: { id: ids.issuerId, name: 'local', issuer: 'http://localhost', audience: 'x', algorithms: [] },
  });
  await db.resource.create({
    data: {
      id: ids.resourceId,
      name: 'shop',
      kind: 'postgres',
      environment: 'production',
      host: 'x',
      port: 1,
    },
  });
  await db.agent.create({
    data: { id: ids.agentId, name: 'migrator', issuerId: ids.issuerId, matchClaims: { sub: 'migrator' } },
  });
  const { agentId, resourceId } = ids;
  await db.grant.create({
    data: { id: grantId, agentId, resourceId, actions: ['read', 'write'], scope: ['public.*'], reason: 'x' },
  });
  await db.session.createMany({
    data: Array.from({ length: sessions }, () => ({
      ...{ id: newId('session'), agentId, resourceId, workerId: 'wrk_bench', grantIds: [grantId] },
      ...{ issuer: 'http://localhost', subject: 'migrator', claims: {}, clientAddress: '127.0.0.1' },
      ...{ policyVersion: 1, state: 'closed', expiresAt: new Date(Date.now() + 3_600_000) },
    })),
  });
  const facts = Array.from({ length: kinds }, (_, kind) => factsOf(kind));
  const rows = facts.map((one) => ({ digest: digestOf(one as never), facts: one as object }));
  await db.statementFacts.createMany({ data: rows });
  await db.$executeRaw`
    INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
      outcome, policies, grant_ids, rows, facts_digest)
    SELECT ids.id[1 + n % ${sessions}], n, now() - n * interval '1 second', ${agentId}, ${resourceId},
      'DELETE', 'DELETE FROM public.t' || n % ${kinds} || ' WHERE id < ' || n,
      '{write}', ARRAY['public.t' || n % ${kinds}], 'allow', 'completed', '{}', '{}', n % 3 * 1000,
      (${rows.map(({ digest }) => digest)}::text[])[1 + n % ${kinds}]
    FROM generate_series(1, ${statements}::int) n, (SELECT array_agg(id) AS id FROM session) ids`;
  await db.$executeRaw`ANALYZE`;
  return {
    db,
    clock: heldClock(new Date()),
    actor: { kind: 'person', id: 'per_bench', name: 'linus', email: '', roles: ['auditor'], groupIds: [] },
  };
}
