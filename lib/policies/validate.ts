import { type DetailedError, messagesOf, type PolicyJson, validatePolicies } from './cedar.ts';
import type { CompiledPolicy, PolicyProblem } from './compiled.ts';
import { actions, type PolicyFile } from './model.ts';
import { problemAt, problemOf } from './parse.ts';

/** Checks policies against the schema, all in one call: each call reads the whole schema anew. */
export function validateAll(
  policies: readonly CompiledPolicy[],
  files: readonly PolicyFile[],
): readonly PolicyProblem[] {
  if (policies.length === 0) return [];
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const fileOf = new Map(files.map((file) => [file.name, file]));
  const answer = validatePolicies(Object.fromEntries(policies.map(({ id, text }) => [id, text])));
  if (answer.type === 'failure') {
    const [first] = files;
    return first ? [problemAt(first, 0, messagesOf(answer.errors), null)] : [];
  }
  const problems: PolicyProblem[] = [];
  const said = new Set<string>();
  const add = (policyId: string, error: DetailedError, severity: 'error' | 'warning') => {
    const policy = byId.get(policyId);
    // Cedar repeats a fault for every action that the policy applies to.
    const key = `${policyId}:${error.sourceLocations?.[0]?.start}:${severity}`;
    const file = policy && fileOf.get(policy.file);
    if (!policy || !file || said.has(key)) return;
    said.add(key);
    const message = error.message
      .replace(`for policy \`${policyId}\`, `, '')
      .replace(/ in context for Action::"\w+"/, '');
    problems.push(problemOf(file, policy.offset, policy.text, { ...error, message }, severity));
  };
  for (const { policyId, error } of answer.validationErrors) add(policyId, error, 'error');
  const faulty = new Set(answer.validationErrors.map(({ policyId }) => policyId));
  for (const { policyId, error } of answer.validationWarnings) {
    if (!faulty.has(policyId)) add(policyId, error, 'warning');
  }
  return problems;
}

/**
 * An action group that the policy compares with `==` or as a member of a set: requests name members,
 * so it would match nothing. Null: there is none.
 */
export function comparedGroup(policy: PolicyJson): string | null {
  if (policy.action.op === '==' && 'entity' in policy.action) {
    const { entity } = policy.action;
    const id = '__entity' in entity ? entity.__entity.id : entity.id;
    if (isGroup(id)) return id;
  }
  for (const { body } of policy.conditions) {
    const found = groupIn(body);
    if (found) return found;
  }
  return null;
}

function groupIn(node: unknown): string | null {
  if (node === null || typeof node !== 'object') return null;
  const members = node as Record<string, unknown>;
  const uid = members.__entity as { type?: unknown; id?: unknown } | undefined;
  if (uid?.type === 'Action' && typeof uid.id === 'string' && isGroup(uid.id)) return uid.id;
  const inside = members.in as { left?: { Var?: unknown } } | undefined;
  if (inside?.left?.Var === 'action') return null;
  for (const child of Object.values(members)) {
    const found = groupIn(child);
    if (found) return found;
  }
  return null;
}

function isGroup(id: string): boolean {
  return actions.some((action) => action === id);
}
