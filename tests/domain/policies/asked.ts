import { readFileSync } from 'node:fs';
import { compilePolicies } from '#lib/policies/compile';
import type { CompiledPolicies } from '#lib/policies/compiled';
import { actionOf } from '#lib/policies/members';
import type { AccessRequest, EvaluateInput, GrantTerms, ObjectRef } from '#lib/policies/model';

export const now = new Date('2026-11-24T10:00:00.000Z');

export const table = (name: string, schema = 'public'): ObjectRef => ({ kind: 'table', schema, name });
export const fn = (name: string, schema = 'public'): ObjectRef => ({ kind: 'function', schema, name });
export const wholeResource: ObjectRef = { kind: 'resource' };

export function request(member: string, object: ObjectRef): AccessRequest {
  const action = actionOf(member);
  if (!action) throw new Error(`no member ${member}`);
  return { action, member, object };
}

export const grant = (changes: Partial<GrantTerms> = {}): GrantTerms => ({
  id: 'gnt_1',
  actions: ['read', 'write', 'schema', 'execute', 'admin', 'egress'],
  scope: ['*'],
  endsAt: null,
  ...changes,
});

type Changes = Partial<Omit<EvaluateInput, 'facts' | 'context' | 'resource'>> & {
  readonly facts?: Partial<EvaluateInput['facts']>;
  readonly context?: Partial<EvaluateInput['context']>;
  readonly resource?: Partial<EvaluateInput['resource']>;
};

/** What the agent `migrator` asks of the production database `shop`. */
export function asked(requests: readonly AccessRequest[], changes: Changes = {}): EvaluateInput {
  return {
    agent: { id: 'agt_1', name: 'migrator', groups: ['builders'] },
    grants: [grant()],
    freezes: [],
    ...changes,
    facts: {
      requests,
      attributes: {},
      refusals: [],
      tag: 'SELECT',
      functions: [],
      columns: [],
      outputs: null,
      outputsUnknown: false,
      unresolved: [],
      ...changes.facts,
    },
    resource: {
      id: 'res_1',
      name: 'shop',
      kind: 'postgres',
      environment: 'production',
      masks: [],
      ...changes.resource,
    },
    context: { now, purposeTier: null, rowEstimate: null, ...changes.context },
  };
}

export function policies(text: string): CompiledPolicies {
  return compilePolicies([{ name: 'test.cedar', text }], 1);
}

export function shipped(name: 'defaults' | 'permit-all'): CompiledPolicies {
  const text = readFileSync(new URL(`../../../policies/${name}.cedar`, import.meta.url), 'utf8');
  return compilePolicies([{ name: `${name}.cedar`, text }], 1);
}
