import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { conditionsOf, findingsFrom, type ListFindings } from './list-findings.ts';

/** How many findings the list holds on all its pages; none for whoever may not read it. */
export async function countFindings(context: Context, input: ListFindings): Promise<number> {
  const relations = relationsFor(context.actor, 'access.read');
  if (!relations.has('all') && !relations.has('own')) return 0;
  const [counted] = await context.db.$queryRaw<{ findings: number }[]>`
    SELECT count(*)::int AS findings FROM ${findingsFrom} WHERE ${conditionsOf(context.actor, input)}`;
  return counted?.findings ?? 0;
}
