import type {
  CampaignState,
  Duty,
  GrantSnapshot,
  ItemChoice,
  ItemState,
  PersonSnapshot,
  Recommendation,
} from './model.ts';

/** Keeps decided faster than this are counted as rubber stamps. */
export const fastKeepMs = 3_000;
/** Who stands where a sandbox decided or signed: nobody. */
export const theSandbox = { id: 'sandbox', name: 'the sandbox (no person)' } as const;
/** Calendar of removals (reviews.md): business days until a removal must be proven. */
export const removalDays = { ordinary: 7, privileged: 3 } as const;

/** Structure, administration and egress anywhere; changes and code in production. */
export function isPrivileged(actions: readonly string[], environment: string): boolean {
  if (actions.some((action) => action === 'schema' || action === 'admin' || action === 'egress')) return true;
  return environment === 'production' && actions.some((action) => action === 'write' || action === 'execute');
}

/** What of a grant says who is involved in it. */
export interface InvolvedGrant extends Pick<GrantSnapshot, 'createdBy' | 'requestedBy'> {
  readonly agent: Pick<GrantSnapshot['agent'], 'owner' | 'sponsor'>;
}

/** Persons who can't certify this grant: agent's owner and sponsor, the grant's creator, who asked for it. */
export function involvedInGrant(
  grant: InvolvedGrant,
): readonly { readonly person: PersonSnapshot; readonly as: string }[] {
  const all = [
    { person: grant.agent.owner, as: "the agent's owner" },
    { person: grant.agent.sponsor, as: "the agent's sponsor" },
    { person: grant.createdBy, as: "the grant's creator" },
    { person: grant.requestedBy, as: 'the person who asked for the grant' },
  ];
  return all.flatMap(({ person, as }) => (person ? [{ person, as }] : []));
}

export interface ReviewerAnswer {
  readonly personId: string;
  readonly duty: Duty;
  readonly ended: boolean;
  /** The person's latest decision on the item, whatever duty it was made for. */
  readonly choice: ItemChoice | null;
}

/**
 * What the answers add up to. A removal needs one reviewer (taking away is safe); keeping needs every
 * duty that the item has. Never defaults to approved. `keptBySandbox`: in a sandbox's own campaign.
 */
export function stateOf(
  reviewers: readonly ReviewerAnswer[],
  removal: 'reduce' | 'revoke' | null,
  excepted: boolean,
  keptBySandbox = false,
): ItemState {
  if (removal === 'revoke') return 'revoked';
  if (removal === 'reduce') return 'reduced';
  if (keptBySandbox) return 'approved';
  const active = reviewers.filter((one) => !one.ended);
  const answers = active.map((one) => one.choice);
  if (active.length > 0 && answers.every((choice) => choice === 'approve')) return 'approved';
  if (excepted) return 'excepted';
  if (answers.includes('dont_know')) return 'escalated';
  return answers.includes('approve') ? 'partly' : 'open';
}

export function isDecided(state: ItemState): boolean {
  return state === 'approved' || state === 'reduced' || state === 'revoked';
}

/** Why a reason must be given for this choice; null: none is needed. */
export function reasonNeeded(
  choice: ItemChoice,
  item: {
    readonly privileged: boolean;
    readonly unusedPermissions: number;
    readonly usedPermissions: number;
    readonly recommendation: Recommendation;
  },
): string | null {
  if (choice === 'dont_know') return 'Say what is missing, so that the next person can find it.';
  if (choice === 'approve' && item.privileged) return 'Keeping a privileged grant needs a reason.';
  if (choice === 'approve' && item.unusedPermissions > 0) return 'Keeping unused permissions needs a reason.';
  if (choice === 'approve' && item.usedPermissions === 0)
    return 'Keeping a grant that was not used needs a reason.';
  if (item.recommendation !== 'none' && item.recommendation !== choice) {
    return `The recommendation is to ${item.recommendation}; deciding otherwise needs a reason.`;
  }
  return null;
}

/** Low risk, everything used, recommended: the only items that policy lets be approved in bulk. */
export function bulkAllowed(item: {
  readonly privileged: boolean;
  readonly unusedPermissions: number;
  readonly recommendation: Recommendation;
}): boolean {
  return !item.privileged && item.unusedPermissions === 0 && item.recommendation === 'approve';
}

/** Why nothing can be decided in a campaign of this state, or null. */
export function whyClosed(state: CampaignState): string | null {
  if (state === 'draft') return 'The campaign is not launched yet.';
  if (state === 'discarded') return 'The draft was discarded; nothing in it can change.';
  return state === 'signed' ? 'The campaign is signed; nothing in it can change.' : null;
}

/** Why a campaign is no draft that could be changed, launched or discarded, or null. */
export function whyNoDraft(state: CampaignState): string | null {
  if (state === 'draft') return null;
  return state === 'open' ? 'The campaign was launched already.' : whyClosed(state);
}
