import type { MaskFault } from '#lib/masking/plan';
import type { Verdict } from './decide-request.ts';
import { describeGrant, joined } from './grants.ts';
import type { AccessRequest, EvaluateInput, FreezeTerms, GrantTerms, HoldTerms } from './model.ts';
import { describeObject } from './names.ts';

/** What an agent is told: what was decided, on which object, by which rule; and what to do instead. */
export interface Words {
  readonly message: string;
  readonly hint: string | null;
}

export function describeRequest({ member, object }: AccessRequest): string {
  const verb = member.replaceAll('_', ' ').toUpperCase();
  return `${verb} on ${describeObject(object)}`;
}

export function noGrantWords({ agent, resource }: EvaluateInput): Words {
  return {
    message: `${agent.name} has no live grant on ${resource.name}`,
    hint: 'Ask an admin of Countersign, or request access with a reason; do not work around.',
  };
}

export function denyWords(input: EvaluateInput, grants: readonly GrantTerms[], verdict: Verdict): Words {
  const what = describeRequest(verdict.request);
  const [policy] = verdict.policies;
  switch (verdict.cause) {
    case 'forbid':
      return {
        message: `${what} is denied by policy "${policy?.id}"${said(policy?.message)}`,
        hint: policy?.hint ?? 'Leave it out, or ask a person who answers for the resource.',
      };
    case 'no-purpose':
      return {
        message: `${what} needs a purpose by rule "${policy?.id}", and this session names none${said(policy?.message)}`,
        hint: 'Connect again with a purpose in the token or with options=-ccountersign.purpose=… (spaces as "\\ ").',
      };
    case 'unknown-member':
      return {
        message: `${what} is refused: no policy knows the member "${verdict.request.member}" of "${verdict.request.action}"`,
        hint: null,
      };
    case 'error':
      return {
        message: `${what} is denied because ${policy ? `policy "${policy.id}"` : 'a policy'} could not be evaluated`,
        hint: 'An admin of Countersign must correct the policy.',
      };
    default:
      return noAccessWords(input, grants, verdict.request);
  }
}

function noAccessWords(
  { agent, resource }: EvaluateInput,
  grants: readonly GrantTerms[],
  request: AccessRequest,
): Words {
  const holds = joined(grants.map(describeGrant));
  const where = request.object.kind === 'resource' ? '*' : describeObject(request.object);
  return {
    message: `${describeRequest(request)} is denied: no grant lets ${agent.name} "${request.action}" there on ${resource.name}`,
    hint: `It holds ${holds}. Ask for a grant of "${request.action}" on ${where}, with a reason; do not work around.`,
  };
}

export function frozenWords({ resource }: EvaluateInput, freeze: FreezeTerms, request: AccessRequest): Words {
  return {
    message: `${describeRequest(request)} is denied: ${resource.environment} is frozen until ${freeze.endsAt.toISOString()} (${freeze.reason})`,
    hint: 'Only reads run during a freeze. Try again after it.',
  };
}

export function maskWords({ message, hint }: MaskFault): Words {
  return { message, hint };
}

export function holdWords(
  { resource }: EvaluateInput,
  verdicts: readonly Verdict[],
  masks: readonly MaskFault[],
  hold: HoldTerms,
): Words {
  const who = hold.groups.length > 0 ? joined(hold.groups) : `an approver of ${resource.name}`;
  const count = hold.quorum > 1 ? `${hold.quorum} people of ` : '';
  for (const verdict of verdicts) {
    const rule = verdict.rules.find(({ obligations }) => obligations?.groups !== null);
    if (!rule) continue;
    return {
      message: `${describeRequest(verdict.request)} needs approval by ${count}${who} (rule "${rule.id}")${said(rule.message)}`,
      hint: rule.hint,
    };
  }
  return {
    message: `This needs approval by ${count}${who}: ${masks[0]?.message ?? ''}`,
    hint: masks[0]?.hint ?? null,
  };
}

export function tooMuchWords(count: number, most: number): Words {
  return {
    message: `the statement asks for ${count} things, and at most ${most} are decided at once`,
    hint: 'Split it into several statements.',
  };
}

function said(text: string | null | undefined): string {
  return text ? `: ${text}` : '';
}
