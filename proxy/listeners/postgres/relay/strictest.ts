import { nothingMasked } from '#lib/masking/model';
import { type Decision, type HoldTerms, strictness } from '#lib/policies/model';

/** An empty message: nothing to decide. */
export const nothingDecided: Decision = {
  outcome: 'allow',
  policies: [],
  message: null,
  hint: null,
  hold: null,
  masks: nothingMasked,
  grantIds: [],
  volatile: false,
  validUntil: null,
};

/** One decision for a whole message: the strictest wins, and its obligations add up. */
export function strictest(decisions: readonly Decision[]): Decision {
  const [first] = decisions;
  if (first === undefined) return nothingDecided;
  if (decisions.length === 1) return first;
  const worst = decisions.reduce((a, b) => (strictness[b.outcome] > strictness[a.outcome] ? b : a));
  const holds = decisions.flatMap(({ hold }) => hold ?? []);
  const ends = decisions.flatMap(({ validUntil }) => validUntil?.getTime() ?? []);
  return {
    ...worst,
    hold: worst.outcome === 'hold' ? holds.reduce(both) : worst.hold,
    policies: [
      ...new Map(decisions.flatMap(({ policies }) => policies).map((ref) => [ref.id, ref])).values(),
    ],
    grantIds: first.grantIds.filter((id) => decisions.every(({ grantIds }) => grantIds.includes(id))),
    volatile: decisions.some((one) => one.volatile),
    validUntil: ends.length === 0 ? null : new Date(Math.min(...ends)),
  };
}

function both(a: HoldTerms, b: HoldTerms): HoldTerms {
  return {
    groups: [...new Set([...a.groups, ...b.groups])],
    quorum: Math.max(a.quorum, b.quorum),
    ttlSeconds: Math.min(a.ttlSeconds, b.ttlSeconds),
    repeat: a.repeat && b.repeat,
  };
}
