import { askCedar } from './cedar.ts';
import type { CompiledPolicy, ContextRead } from './compiled.ts';
import { grantOfLink } from './grants.ts';
import { actionOf } from './members.ts';
import type { AccessRequest, EvaluateInput, PolicyRef } from './model.ts';
import { entityOf } from './names.ts';
import { actionEntity, agentEntity, contextOf, objectEntity } from './question.ts';
import { type Subject, sliceFor } from './slice.ts';

/** Why a request is denied. */
export type DenyCause = 'unknown-member' | 'forbid' | 'no-access' | 'no-purpose' | 'error';

/** What policy says to one request. */
export interface Verdict {
  readonly request: AccessRequest;
  readonly outcome: 'allow' | 'deny';
  readonly cause: DenyCause | null;
  /** Of a denial: the policies that denied. */
  readonly policies: readonly CompiledPolicy[];
  /** Of an allowance: rules that matched, with or without a hold. */
  readonly rules: readonly CompiledPolicy[];
  /** Of an allowance: the grants and built-in policies that gave access. */
  readonly access: readonly PolicyRef[];
  /** Access came from a built-in policy alone. */
  readonly isBuiltin: boolean;
  readonly isHarmlessCall: boolean;
  readonly reads: ReadonlySet<ContextRead>;
  /** For the record, when Cedar itself failed. */
  readonly error: string | null;
}

const nothing = {
  policies: [],
  rules: [],
  access: [],
  isBuiltin: false,
  isHarmlessCall: false,
  reads: new Set<ContextRead>(),
  error: null,
};

/** One Cedar request for one (action, object). Whatever goes wrong is a denial. */
export function decideRequest(subject: Subject, input: EvaluateInput, request: AccessRequest): Verdict {
  if (actionOf(request.member) !== request.action) {
    return { ...nothing, request, outcome: 'deny', cause: 'unknown-member' };
  }
  try {
    return ask(subject, input, request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...nothing, request, outcome: 'deny', cause: 'error', error: message };
  }
}

function ask(subject: Subject, input: EvaluateInput, request: AccessRequest): Verdict {
  const { agent, resource, facts, context } = input;
  const { policies } = subject;
  const slice = sliceFor(subject, request.action, request.member, request.object);
  const uid = entityOf(resource.name, request.object);
  const object = objectEntity(uid, request, resource, facts.functions);
  const { decision, diagnostics } = askCedar({
    setId: slice.setId(),
    principal: agent.name,
    action: request.member,
    resource: uid,
    context: contextOf(input, slice.names),
    entities: [agentEntity(agent), actionEntity(request), object],
  });
  const found = [...diagnostics.reason].sort();
  const named = found.flatMap((id) => policies.byId.get(id) ?? []);
  const base = { ...nothing, request, reads: slice.reads };
  const denied = (cause: DenyCause, by: readonly CompiledPolicy[]): Verdict => ({
    ...base,
    outcome: 'deny',
    cause,
    policies: by,
  });
  if (diagnostics.errors.length > 0) {
    const failed = diagnostics.errors.flatMap(({ policyId }) => policies.byId.get(policyId) ?? []);
    return { ...denied('error', failed), error: diagnostics.errors[0]?.error.message ?? null };
  }
  if (decision !== 'allow') {
    return denied(named.length > 0 ? 'forbid' : 'no-access', named);
  }
  const grantRefs = found.flatMap((id): PolicyRef[] => {
    const grant = grantOfLink(id);
    return grant === null ? [] : [{ id: `grant:${grant}`, kind: 'grant' }];
  });
  const builtin = named.filter(({ kind }) => kind === 'builtin');
  const rules = named.filter(({ kind }) => kind === 'rule');
  if (grantRefs.length === 0 && builtin.length === 0) return denied('no-access', []);
  if (context.purposeTier === null && rules.some(({ obligations }) => obligations?.reasonRequired)) {
    return denied(
      'no-purpose',
      rules.filter(({ obligations }) => obligations?.reasonRequired),
    );
  }
  return {
    ...base,
    outcome: 'allow',
    cause: null,
    rules,
    access: [...grantRefs, ...builtin.map(({ id }): PolicyRef => ({ id, kind: 'builtin' }))],
    isBuiltin: grantRefs.length === 0,
    isHarmlessCall: builtin.some(({ id }) => id === 'builtin:harmless-functions'),
  };
}
