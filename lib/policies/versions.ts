import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { publishCheck, understandFiles } from './compile.ts';
import type { PolicyProblem } from './compiled.ts';
import type { PolicyFile } from './model.ts';
import { policyFilesInput } from './policy-input.ts';

export interface PolicyVersionRow {
  readonly number: number;
  readonly digest: string;
  readonly reason: string;
  readonly publishedBy: string;
  readonly publishedById: string | null;
  readonly active: boolean;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

export interface PolicyVersionView extends PolicyVersionRow {
  readonly files: readonly PolicyFile[];
}

/** What a policy page lists of one policy. */
export interface PolicyOutline {
  readonly id: string;
  readonly kind: 'rule' | 'forbid';
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly message: string | null;
  readonly hint: string | null;
  /** Groups that must approve; null: it holds nothing. */
  readonly groups: readonly string[] | null;
}

const versionsMax = 200;
const rowFields = {
  number: true,
  digest: true,
  reason: true,
  publishedBy: true,
  publishedById: true,
  active: true,
  createdAt: true,
  activatedAt: true,
} as const;

/** The active version as processes read it, without a person's permission; null: none is active. */
export async function readActivePolicies(tx: Tx): Promise<{
  readonly version: number;
  readonly files: readonly PolicyFile[];
  readonly digest: string;
} | null> {
  const active = await tx.policyVersion.findFirst({ where: { active: true } });
  return active && { version: active.number, files: filesOf(active.files), digest: active.digest };
}

/** The active version; null: none was published, so that nothing is held and only grants decide. */
export async function currentPolicies(context: Context): Promise<PolicyVersionView | null> {
  requirePermission(context.actor, 'access.read', { own: true, assigned: true });
  const found = await context.db.policyVersion.findFirst({
    where: { active: true },
    select: { ...rowFields, files: true },
  });
  return found && { ...found, files: filesOf(found.files) };
}

/** One version, whether active or not. */
export async function getVersion(context: Context, number: number): Promise<PolicyVersionView> {
  requirePermission(context.actor, 'access.read');
  const found = await context.db.policyVersion.findUnique({
    where: { number },
    select: { ...rowFields, files: true },
  });
  if (!found) throw notFound(`There is no policy version ${number}.`);
  return { ...found, files: filesOf(found.files) };
}

/** The latest versions, newest first. */
export async function listVersions(context: Context): Promise<readonly PolicyVersionRow[]> {
  requirePermission(context.actor, 'access.read');
  return context.db.policyVersion.findMany({
    orderBy: { number: 'desc' },
    take: versionsMax,
    select: rowFields,
  });
}

export interface DraftCheck {
  readonly problems: readonly PolicyProblem[];
  readonly policies: readonly PolicyOutline[];
}

/** What publishing these files would say, without doing it. */
export function checkDraft(context: Context, files: readonly PolicyFile[]): DraftCheck {
  requirePermission(context.actor, 'access.read');
  const parsed = parseInput(policyFilesInput, files);
  return { problems: publishCheck(parsed), policies: outlinePolicies(parsed) };
}

/** The policies in these files that are understood, in their order. */
export function outlinePolicies(files: readonly PolicyFile[]): readonly PolicyOutline[] {
  return understandFiles(files).map(({ id, kind, file, line, text, message, hint, obligations }) => ({
    id,
    kind: kind === 'forbid' ? kind : 'rule',
    file,
    line,
    text,
    message,
    hint,
    groups: obligations?.groups ?? null,
  }));
}

function filesOf(stored: unknown): readonly PolicyFile[] {
  return parseInput(policyFilesInput, stored);
}
