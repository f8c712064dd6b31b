import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { GrantImportView, ImportSource } from './model.ts';

const shownMax = 100;

/** Readings of other systems, the newest first. For admins and auditors. */
export async function listImports(context: Context): Promise<readonly GrantImportView[]> {
  requirePermission(context.actor, 'settings.read');
  const found = await context.db.grantImport.findMany({ orderBy: { readAt: 'desc' }, take: shownMax });
  const people = await context.db.person.findMany({
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
