import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { invalid } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Prisma } from '#lib/db/generated/client';
import type { LedgerAction } from './actions.ts';
import type { EntryPage, EntryRow } from './model.ts';
import { type EntryFilter, entryFilter } from './schema.ts';

/** Entries, newest first. */
export async function listEntries(context: Context, input: EntryFilter): Promise<EntryPage> {
  requirePermission(context.actor, 'ledger.read');
  const filter = parseInput(entryFilter, input);
  const rows = await context.db.ledgerEntry.findMany({
    where: whereOf(filter),
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: filter.limit + 1,
    omit: { payload: true, salt: true, payloadHash: true },
    include: { leaf: { select: { position: true } } },
  });
  const entries = rows.slice(0, filter.limit).map(entryRow);
  const last = entries.at(-1);
  return {
    entries,
    next: rows.length > filter.limit && last ? `${last.at.getTime()}:${last.id}` : null,
  };
}

type Parsed = ReturnType<typeof entryFilter.parse>;

function whereOf(filter: Parsed): Prisma.LedgerEntryWhereInput {
  const all: Prisma.LedgerEntryWhereInput[] = [];
  if (filter.action) all.push({ action: { in: filter.action } });
  if (filter.actorId) all.push({ actorId: filter.actorId });
  if (filter.actorKind) all.push({ actorKind: filter.actorKind });
  if (filter.subjectKind) all.push({ subjectKind: filter.subjectKind });
  if (filter.subjectId) all.push({ subjectId: filter.subjectId });
  if (filter.from) all.push({ at: { gte: filter.from } });
  if (filter.to) all.push({ at: { lt: filter.to } });
  if (filter.text) {
    const contains = { contains: filter.text, mode: 'insensitive' } as const;
    all.push({ OR: [{ summary: contains }, { actorName: contains }, { subjectId: contains }] });
  }
  if (filter.after !== undefined) all.push(afterCursor(filter.after));
  return { AND: all };
}

function afterCursor(after: string): Prisma.LedgerEntryWhereInput {
  const [, time, id] = /^(\d{1,15}):(\w+)$/.exec(after) ?? [];
  if (time === undefined || id === undefined) throw invalid('The page marker is not one of this list.');
  const at = new Date(Number(time));
  return { OR: [{ at: { lt: at } }, { at, id: { lt: id } }] };
}

export function entryRow(row: {
  readonly id: string;
  readonly at: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly summary: string;
  readonly leaf: { readonly position: bigint } | null;
}): EntryRow {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action as LedgerAction,
    subject: { kind: row.subjectKind, id: row.subjectId },
    summary: row.summary,
    position: row.leaf ? Number(row.leaf.position) : null,
  };
}
