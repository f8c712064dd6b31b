import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { publishCheck, refuseErrors, understandFiles } from './compile.ts';
import type { PolicyProblem } from './compiled.ts';
import { policiesDigest } from './digest.ts';
import type { PolicyFile } from './model.ts';
import { type PublishInput, publishInput } from './policy-input.ts';

export interface Published {
  readonly number: number;
  readonly digest: string;
  readonly warnings: readonly PolicyProblem[];
}

/**
 * Makes these files the policy of every resource, at once: workers hear of it, and it counts for what
 * is prepared already. Throws `invalid` with every problem's place, `conflict` when another version
 * became active meanwhile or these files are active already.
 */
export async function publishPolicies(context: Context, input: PublishInput): Promise<Published> {
  requirePermission(context.actor, 'access.change');
  const parsed = parseInput(publishInput, input);
  return transaction(context.db, (tx) => insertPolicyVersion(tx, context, parsed));
}

/** Publishes in the caller's transaction, after the caller checked who may. */
export async function insertPolicyVersion(
  tx: Tx,
  context: Context,
  { files, reason, basedOn }: ReturnType<typeof publishInput.parse>,
): Promise<Published> {
  const { actor } = context;
  const now = context.clock.now();
  const problems = publishCheck(files);
  refuseErrors(problems);
  const digest = policiesDigest(files);
  await retireActive(tx, basedOn, digest);
  const { number } = await tx.policyVersion.create({
    data: {
      files: files.map(({ name, text }) => ({ name, text })),
      digest,
      reason,
      publishedBy: actor.kind === 'person' || actor.kind === 'sandbox' ? actor.kind : 'job',
      publishedById: actor.kind === 'person' ? actor.id : null,
      active: true,
      createdAt: now,
      activatedAt: now,
    },
    select: { number: true },
  });
  await appendEntry(tx, {
    actor,
    action: 'policy.published',
    subject: { kind: 'policy', id: String(number) },
    summary: `${actor.name} published policy version ${number}: ${reason}`,
    payload: { number, digest, reason, files: files.map(({ name, text }) => ({ name, text })) },
    at: now,
  });
  await notify(tx, { kind: 'access-changed' });
  return { number, digest, warnings: [...problems, ...(await unknownGroups(tx, files))] };
}

async function retireActive(tx: Tx, basedOn: number | null | undefined, digest: string): Promise<void> {
  const changed = 'Another policy version became active meanwhile. Look at it, and publish again.';
  const active = await tx.policyVersion.findFirst({
    where: { active: true },
    select: { number: true, digest: true },
  });
  if (basedOn !== undefined && (active?.number ?? null) !== basedOn) throw conflict(changed);
  if (!active) return;
  if (active.digest === digest) throw conflict(`Policy version ${active.number} says exactly this already.`);
  const { count } = await tx.policyVersion.updateMany({
    where: { number: active.number, active: true },
    data: { active: false },
  });
  if (count === 0) throw conflict(changed);
}

/** A hold that names a group nobody is in waits for nobody: said, not refused, as groups may come later. */
async function unknownGroups(tx: Tx, files: readonly PolicyFile[]): Promise<readonly PolicyProblem[]> {
  const compiled = understandFiles(files);
  const named = new Set(compiled.flatMap(({ obligations }) => obligations?.groups ?? []));
  const found = await tx.group.findMany({
    where: { name: { in: [...named] }, persons: { some: {} } },
    select: { name: true },
  });
  const manned = new Set(found.map(({ name }) => name));
  return compiled.flatMap((policy) =>
    (policy.obligations?.groups ?? [])
      .filter((group) => !manned.has(group))
      .map((group) => ({
        severity: 'warning' as const,
        file: policy.file,
        line: policy.line,
        column: 1,
        message: `nobody is in the group "${group}", so what "${policy.id}" holds can’t be approved`,
        hint: 'make the group and add approvers to it',
      })),
  );
}
