import type { Tx } from '#lib/db/client';

/** Names in `@approve("dba, security")` of the published rules. */
const approveAnnotation = /@approve\(\s*"([^"]*)"\s*\)/g;

/** Ids of the groups that the published rules name: they answer for resources that name none. */
export async function rulesGroupIds(tx: Tx): Promise<readonly string[]> {
  const version = await tx.policyVersion.findFirst({ where: { active: true }, select: { files: true } });
  const names = new Set<string>();
  for (const text of textsOf(version?.files)) {
    for (const match of text.matchAll(approveAnnotation)) {
      for (const name of (match[1] ?? '').split(',')) names.add(name.trim());
    }
  }
  const groups = await tx.group.findMany({ where: { name: { in: [...names] } }, select: { id: true } });
  return groups.map(({ id }) => id);
}

function textsOf(files: unknown): readonly string[] {
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) =>
    typeof file === 'object' && file !== null && 'text' in file && typeof file.text === 'string'
      ? [file.text]
      : [],
  );
}

/** Groups whose approvers answer for this resource: its own, else those that the rules name. */
export async function approverGroupIds(tx: Tx, resourceId: string): Promise<readonly string[]> {
  const own = await tx.resourceGroup.findMany({ where: { resourceId }, select: { groupId: true } });
  return own.length > 0 ? own.map(({ groupId }) => groupId) : rulesGroupIds(tx);
}
