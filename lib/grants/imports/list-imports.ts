import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { Tx } from '#lib/db/client';
import type { GrantImportView, ImportSource } from './model.ts';

const shownMax = 100;

/** Readings of other systems, the newest first. For admins and auditors. */
export async function listImports(context: Context): Promise<readonly GrantImportView[]> {
  requirePermission(context.actor, 'settings.read');
  return importViews(context.db, {}, shownMax);
}

/** Readings with who took them over, after the caller checked who may read them. */
export async function importViews(
  tx: Tx,
  where: { readonly id?: string },
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
