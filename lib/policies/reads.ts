import type { PolicyJson } from './cedar.ts';
import type { ContextRead } from './compiled.ts';

const changing: Readonly<Record<string, ContextRead>> = {
  now: 'time',
  hour: 'time',
  weekday: 'time',
  row_estimate: 'estimate',
  row_estimate_known: 'estimate',
  purpose_tier: 'purpose',
};

/** Names that stand for every name: a policy uses `context` or `context.facts` as a whole. */
export const everyName = '*';

/** What a policy's conditions read: `hour`, `facts.has_where`; with everyName where it can't be told. */
export function contextNames(policy: PolicyJson): ReadonlySet<string> {
  const found = new Set<string>();
  for (const condition of policy.conditions) walk(condition.body, found);
  return found;
}

/** Which changing values are among the names. */
export function changingReads(names: ReadonlySet<string>): ReadonlySet<ContextRead> {
  if (names.has(everyName)) return new Set(Object.values(changing));
  return new Set([...names].flatMap((name) => changing[name] ?? []));
}

/** Is this name of the context among what is read? */
export function readsName(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || names.has(everyName);
}

function walk(node: unknown, found: Set<string>): void {
  if (node === null || typeof node !== 'object') return;
  const members = node as Record<string, unknown>;
  const path = contextPath(members);
  if (path !== null) {
    found.add(path);
    return;
  }
  for (const child of Object.values(members)) walk(child, found);
}

/** `context.a` → `a`, `context.facts.b` → `facts.b`, `context` and `context.facts` alone → every name. */
function contextPath(node: Record<string, unknown>): string | null {
  if (node.Var === 'context') return everyName;
  const access = node['.'] as { left?: Record<string, unknown>; attr?: unknown } | undefined;
  if (typeof access?.attr !== 'string' || !access.left) return null;
  if (access.left.Var === 'context') return access.attr === 'facts' ? everyName : access.attr;
  const inner = access.left['.'] as { left?: { Var?: unknown }; attr?: unknown } | undefined;
  const isFacts = inner?.left?.Var === 'context' && inner.attr === 'facts';
  return isFacts ? `facts.${access.attr}` : null;
}
