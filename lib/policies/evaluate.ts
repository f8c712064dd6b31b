import { type MaskFault, planMasks } from '#lib/masking/plan';
import type { CompiledPolicies, CompiledPolicy, ContextRead, Obligations } from './compiled.ts';
import { decideRequest, type Verdict } from './decide-request.ts';
import { activeFreeze, nextFreezeChange, runsInFreeze } from './freeze.ts';
import { covers, isLive } from './grants.ts';
import { strictestLimits } from './limits.ts';
import { denyWords, frozenWords, holdWords, maskWords, noGrantWords, tooMuchWords } from './messages.ts';
import type { AccessRequest, Decision, EvaluateInput, GrantTerms, LimitTerm, PolicyRef } from './model.ts';
import { strictestHold } from './obligations.ts';
import { subjectOf } from './slice.ts';

/** Each request costs some 100 µs in which nobody else is served; a statement that asks more is refused. */
const requestsMax = 500;

interface Denial {
  readonly policies: readonly PolicyRef[];
  readonly message: string;
  readonly hint: string | null;
}

/**
 * The one function that decides. Each request of the facts is answered by Cedar; the strictest answer
 * wins (deny, then hold, then allow). Pure: equal input gives an equal decision.
 */
export function evaluate(policies: CompiledPolicies, input: EvaluateInput): Decision {
  const { facts, agent, resource, context } = input;
  const grants = input.grants.filter((grant) => isLive(grant, context.now));
  const subject = subjectOf(policies, agent, resource, grants);
  const requests = distinct(facts.requests);
  const freeze = activeFreeze(input.freezes, agent, resource, context.now);

  const denials: Denial[] = facts.refusals.map((refusal) => ({ ...refusal, policies: [] }));
  const verdicts: Verdict[] = [];
  if (grants.length === 0) denials.push({ ...noGrantWords(input), policies: [] });
  const isTooMuch = requests.length > requestsMax;
  if (isTooMuch) denials.push({ ...tooMuchWords(requests.length, requestsMax), policies: [] });
  for (const request of isTooMuch ? [] : requests) {
    const verdict = decideRequest(subject, input, request);
    verdicts.push(verdict);
    if (verdict.outcome === 'deny') {
      denials.push({ ...denyWords(input, grants, verdict), policies: verdict.policies.map(refOf) });
    }
    if (freeze && !runsInFreeze(request, verdict.isHarmlessCall)) {
      const ref: PolicyRef = { id: `freeze:${freeze.id}`, kind: 'forbid' };
      denials.push({ ...frozenWords(input, freeze, request), policies: [ref] });
    }
  }
  const about = verdicts.flatMap((verdict) => verdict.rules).filter(({ obligations }) => obligations?.masked);
  const atLeast = about.flatMap(({ obligations }) => obligations?.masked ?? []);
  const masks = planMasks(facts, resource.masks, atLeast);
  denials.push(
    ...masks.violations.map((fault) => ({
      ...maskWords(fault),
      policies: [...maskRefs(fault.maskId), ...about.map(refOf)],
    })),
  );

  const reads = readsOf(verdicts);
  const shared = {
    masks: masks.plan,
    grantIds: grantsCovering(grants, requests, verdicts),
    volatile: reads.some((read) => read !== 'purpose'),
    reads,
    validUntil: validUntil(input, grants),
  };
  const [denial] = denials;
  if (!denial) return { ...shared, ...allowOrHold(input, verdicts, masks.holds) };
  const { message, hint } = denial;
  const by = unique(denials.flatMap((each) => each.policies));
  return { ...shared, outcome: 'deny', policies: by, message, hint, hold: null };
}

/** Nothing denies: what rules and masks hold, and what gave access. */
function allowOrHold(
  input: EvaluateInput,
  verdicts: readonly Verdict[],
  maskHolds: readonly MaskFault[],
): Pick<Decision, 'outcome' | 'policies' | 'message' | 'hint' | 'hold' | 'limits'> {
  const rules = verdicts.flatMap((verdict) => verdict.rules);
  const held = rules.filter(({ obligations }) => obligations?.groups !== null);
  const hold = strictestHold([
    ...held.flatMap(({ obligations }) => obligations ?? []),
    ...maskHolds.map(() => anyApprover),
  ]);
  const policies = unique([
    ...held.map(refOf),
    ...maskHolds.flatMap(({ maskId }) => maskRefs(maskId)),
    ...rules.map(refOf),
    ...verdicts.flatMap((verdict) => verdict.access),
  ]);
  const limits = limitsOf(rules);
  if (!hold) return { outcome: 'allow', policies, message: null, hint: null, hold, ...limits };
  return { outcome: 'hold', policies, hold, ...limits, ...holdWords(input, verdicts, maskHolds, hold) };
}

function limitsOf(rules: readonly CompiledPolicy[]): { readonly limits?: readonly LimitTerm[] } {
  const terms = rules.flatMap(({ id, obligations }) =>
    (obligations?.limits ?? []).map((limit): LimitTerm => ({ ...limit, rule: id })),
  );
  return terms.length === 0 ? {} : { limits: strictestLimits(terms) };
}

const anyApprover: Obligations = {
  groups: [],
  quorum: 1,
  ttlSeconds: null,
  repeat: false,
  reasonRequired: false,
  masked: null,
  limits: [],
};

function distinct(requests: readonly AccessRequest[]): readonly AccessRequest[] {
  if (requests.length < 2) return requests;
  const found = new Map<string, AccessRequest>();
  for (const request of requests) found.set(JSON.stringify(request), request);
  return [...found.values()];
}

function refOf(policy: { readonly id: string; readonly kind: PolicyRef['kind'] }): PolicyRef {
  return { id: policy.id, kind: policy.kind };
}

function maskRefs(maskId: string | null): readonly PolicyRef[] {
  return maskId === null ? [] : [{ id: `mask:${maskId}`, kind: 'forbid' }];
}

function unique(refs: readonly PolicyRef[]): readonly PolicyRef[] {
  return [...new Map(refs.map((ref) => [ref.id, ref])).values()];
}

function readsOf(verdicts: readonly Verdict[]): readonly ContextRead[] {
  return [...new Set(verdicts.flatMap((verdict) => [...verdict.reads]))].sort();
}

/** Requests that built-in access answers need no grant, so they leave no grant out. */
function grantsCovering(
  grants: readonly GrantTerms[],
  requests: readonly AccessRequest[],
  verdicts: readonly Verdict[],
): readonly string[] {
  const needed = requests.filter((_, index) => !verdicts[index]?.isBuiltin);
  return grants.filter((grant) => needed.every((request) => covers(grant, request))).map(({ id }) => id);
}

function validUntil(input: EvaluateInput, grants: readonly GrantTerms[]): Date | null {
  const moments = grants.flatMap(({ endsAt }) => endsAt ?? []);
  const change = nextFreezeChange(input.freezes, input.resource, input.context.now);
  if (change) moments.push(change);
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((at) => at.getTime())));
}
