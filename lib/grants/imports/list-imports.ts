import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { decodeMomentCursor, type Page, type PageInput, pageOf } from '#lib/core/page';
import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import type { GrantImportView, ImportSource } from './model.ts';
import { importPage } from './schema.ts';

/** A page of readings of other systems, the newest first. For admins and auditors. */
export async function listImports(context: Context, page: PageInput = {}): Promise<Page<GrantImportView>> {
  requirePermission(context.actor, 'settings.read');
  const { cursor, limit } = parseInput(importPage, page);
  const found = await importViews(context.db, cursor ? before(cursor) : {}, limit + 1);
  return pageOf(found, limit, (row) => [row.at.toISOString(), row.id]);
}

function before(cursor: string): Prisma.GrantImportWhereInput {
  const [at, id] = decodeMomentCursor(cursor);
  return { OR: [{ at: { lt: at } }, { at, id: { lt: id } }] };
}

/** Readings with who took them over, after the caller checked who may read them. */
export async function importViews(
  tx: Tx,
  where: Prisma.GrantImportWhereInput,
  limit: number,
): Promise<readonly GrantImportView[]> {
  const found = await tx.grantImport.findMany({
    where,
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  const people = await tx.person.findMany({
    where: { id: { in: found.flatMap((one) => one.importedById ?? []) } },
    select: { id: true, name: true },
  });
  const names = new Map(people.map((one) => [one.id, one.name]));
  return found.map(({ importedById, importedByKind, ...one }) => ({
    ...one,
    source: one.source as ImportSource,
    by: (importedById && names.get(importedById)) || `the ${importedByKind}`,
  }));
}
