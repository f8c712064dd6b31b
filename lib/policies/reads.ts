import type { PolicyJson } from './cedar.ts';
import type { ContextRead } from './compiled.ts';

const readOf: Readonly<Record<string, ContextRead>> = {
  now: 'time',
  hour: 'time',
  weekday: 'time',
  row_estimate: 'estimate',
  row_estimate_known: 'estimate',
  purpose_tier: 'purpose',
};

/** Which changing values a policy's conditions read. A bare `context` counts as all of them. */
export function contextReads(policy: PolicyJson): ReadonlySet<ContextRead> {
  const found = new Set<ContextRead>();
  for (const condition of policy.conditions) walk(condition.body, found);
  return found;
}

function walk(node: unknown, found: Set<ContextRead>): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, found);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const members = node as Record<string, unknown>;
  const access = members['.'];
  if (isContextAccess(access)) {
    const read = readOf[access.attr];
    if (read) found.add(read);
    return;
  }
  if (members.Var === 'context') {
    for (const read of Object.values(readOf)) found.add(read);
    return;
  }
  for (const child of Object.values(members)) walk(child, found);
}

function isContextAccess(node: unknown): node is { left: unknown; attr: string } {
  if (node === null || typeof node !== 'object') return false;
  const { left, attr } = node as { left?: unknown; attr?: unknown };
  return typeof attr === 'string' && (left as { Var?: unknown } | undefined)?.Var === 'context';
}
