import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { invalid, isCountersignError, notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import type { SealingKey } from '#lib/core/sealing';
import { joining, transaction } from '#lib/db/transaction';
import { openFinding, resolveFinding } from '#lib/findings/index';
import { appendEntry } from '#lib/ledger/append';
import type { ResourceTest } from './model.ts';
import { probe, type Seen } from './probe/probe.ts';
import { targetByName } from './target.ts';

/**
 * Tries the connection step by step with the gateway's own credential, and looks at what could go
 * round the gateway. What is wrong becomes a finding; one that is no longer so is resolved.
 */
export async function testResource(
  context: Context,
  resourceId: string,
  key: SealingKey,
): Promise<ResourceTest> {
  requirePermission(context.actor, 'access.change');
  const id = parseInput(idInput, resourceId);
  const resource = await context.db.resource.findFirst({
    where: { id, endedAt: null },
    select: { name: true },
  });
  const target = resource && (await targetByName(context.db, resource.name));
  if (!target) throw notFound('There is no such resource.');
  if (target.resource.kind !== 'postgres') throw invalid('Only Postgres can be tested so far.');
  const seen = await probe(target, key);
  const ok = seen.steps.every(({ state }) => state !== 'failed');
  const wrong = ok ? wrongIn(seen, target.resource.name) : [];
  await transaction(context.db, async (tx) => {
    const { actor, clock } = context;
    await appendEntry(tx, {
      actor,
      action: 'resource.tested',
      subject: { kind: 'resource', id },
      summary: `${actor.name} tested ${target.resource.name}: ${ok ? 'it works' : `fails at ${failedStep(seen)}`}`,
      payload: {
        steps: seen.steps.map(({ name, state }) => ({ name, state })),
        strangers: seen.strangers.length,
        suggestions: seen.suggestions.map(({ column }) => column),
        findings: wrong.map(({ kind }) => kind),
      },
      at: clock.now(),
    });
    // Found by the product, whoever pressed the button.
    const job: Context = { ...joining(context, tx), actor: { kind: 'job', name: 'resource test' } };
    if (ok) await settleFindings(job, id, wrong);
  });
  return { ok, ...seen, findings: wrong.map(({ kind }) => kind) };
}

function failedStep({ steps }: Seen): string {
  return steps.find(({ state }) => state === 'failed')?.name ?? 'no step';
}

interface Wrong {
  readonly kind: (typeof kinds)[number];
  readonly summary: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const kinds = ['gateway-role-superuser', 'gateway-role-owner', 'session-beside-gateway'] as const;

function wrongIn({ role, strangers }: Seen, name: string): readonly Wrong[] {
  const found: Wrong[] = [];
  if (role && (role.superuser || role.bypassesRowSecurity)) {
    const what = role.superuser ? 'is superuser' : 'goes past row security';
    const summary = `The gateway’s role ${role.name} on ${name} ${what}: the database refuses it nothing.`;
    found.push({ kind: 'gateway-role-superuser', summary, details: { role: role.name } });
  }
  if (role && !role.superuser && role.owns > 0) {
    const summary = `The gateway’s role ${role.name} on ${name} owns ${role.owns} tables and views: it could change or drop them.`;
    found.push({ kind: 'gateway-role-owner', summary, details: { role: role.name, owns: role.owns } });
  }
  if (strangers.length > 0) {
    const same = strangers.filter(({ sameRole }) => sameRole).length;
    const summary = `${strangers.length} sessions on ${name} did not come through the gateway${same > 0 ? `, ${same} of them as the gateway’s own role` : ''}.`;
    const roles = [...new Set(strangers.map((one) => one.role))];
    found.push({
      kind: 'session-beside-gateway',
      summary,
      details: { sessions: strangers.length, sameRole: same, roles },
    });
  }
  return found;
}

async function settleFindings(job: Context, resourceId: string, wrong: readonly Wrong[]): Promise<void> {
  const subject = { subjectKind: 'resource', subjectId: resourceId };
  for (const one of wrong) {
    // A person accepted it for a time: it is not opened again before that has passed.
    await openFinding(job, { ...subject, ...one }).catch((error: unknown) => {
      if (!isCountersignError(error) || error.code !== 'conflict') throw error;
    });
  }
  const gone = await job.db.finding.findMany({
    where: {
      ...subject,
      state: 'open',
      kind: { in: kinds.filter((kind) => !wrong.some((one) => one.kind === kind)) },
    },
    select: { id: true },
  });
  for (const { id } of gone) await resolveFinding(job, { id, reason: 'a test found it no longer' });
}
