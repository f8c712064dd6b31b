import type { Tx } from '#lib/db/client';
import { driftIn } from '../drift.ts';
import type {
  CampaignScope,
  CampaignState,
  Named,
  ReviewerQuality,
  ReviewerRules,
  SnapshotRecord,
  TieOut,
} from '../model.ts';
import { qualityOf } from '../quality.ts';
import type { Standing } from '../standings.ts';

/** The part of `pack.json` before its items. Times are ISO 8601 in UTC. */
export interface PackHead {
  readonly format: 'countersign-pack';
  readonly version: 1;
  readonly campaign: {
    readonly id: string;
    readonly name: string;
    readonly scope: CampaignScope;
    readonly rules: ReviewerRules;
    readonly periodFrom: string;
    readonly periodTo: string;
    readonly riskAnalysis: string;
    readonly createdBy: string;
    readonly createdAt: string;
    readonly launchedAt: string;
    readonly dueAt: string;
  };
  readonly snapshot: SnapshotRecord;
  readonly snapshotHash: string;
  readonly signOff: {
    readonly by: Named & { readonly email: string };
    readonly at: string;
    readonly text: string;
    readonly memo: string | null;
    /** True: a sandbox closed its own campaign, no person decided or signed. */
    readonly demonstration: boolean;
  };
  readonly tieOut: TieOut;
  readonly reviewers: readonly {
    readonly person: Named;
    readonly duty: string;
    readonly items: number;
    readonly decided: number;
  }[];
  readonly quality: readonly ReviewerQuality[];
  readonly exceptions: readonly {
    readonly grantId: string | null;
    readonly itemId: string | null;
    readonly reason: string;
    readonly endsAt: string;
    readonly approvedBy: string;
  }[];
  /** Each draw for a second look; seed and items draw the same again. */
  readonly spotDraws: readonly {
    readonly id: string;
    readonly seed: string;
    readonly share: number;
    readonly keeps: number;
    readonly drawn: number;
    readonly by: string;
    readonly at: string;
  }[];
  readonly drift: readonly {
    readonly itemId: string | null;
    readonly kind: string;
    readonly summary: string;
  }[];
}

export interface HeadInput {
  readonly campaign: CampaignRow;
  readonly figures: Pick<PackHead, 'reviewers' | 'quality'>;
  readonly people: ReadonlyMap<string, Named>;
  readonly signOff: PackHead['signOff'];
  readonly tieOut: TieOut;
}

export interface CampaignRow {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState | string;
  readonly scope: unknown;
  readonly rules: unknown;
  readonly periodFrom: Date;
  readonly periodTo: Date;
  readonly riskAnalysis: string;
  readonly createdById: string | null;
  readonly createdByKind: string;
  readonly createdAt: Date;
  readonly launchedAt: Date | null;
  readonly dueAt: Date;
  readonly snapshot: unknown;
  readonly snapshotHash: string | null;
}

export async function packHead(tx: Tx, input: HeadInput): Promise<PackHead> {
  const { campaign, people } = input;
  const nameOf = (id: string) => people.get(id)?.name ?? id;
  const exceptions = await tx.reviewException.findMany({
    where: { campaignId: campaign.id },
    orderBy: { id: 'asc' },
  });
  const draws = await tx.spotDraw.findMany({
    where: { campaignId: campaign.id },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  });
  const drift = await driftIn(tx, campaign.id, null);
  return {
    format: 'countersign-pack',
    version: 1,
    campaign: {
      id: campaign.id,
      name: campaign.name,
      scope: campaign.scope as CampaignScope,
      rules: campaign.rules as ReviewerRules,
      periodFrom: campaign.periodFrom.toISOString(),
      periodTo: campaign.periodTo.toISOString(),
      riskAnalysis: campaign.riskAnalysis,
      createdBy: campaign.createdById ? nameOf(campaign.createdById) : `the ${campaign.createdByKind}`,
      createdAt: campaign.createdAt.toISOString(),
      launchedAt: campaign.launchedAt?.toISOString() ?? '',
      dueAt: campaign.dueAt.toISOString(),
    },
    snapshot: campaign.snapshot as SnapshotRecord,
    snapshotHash: campaign.snapshotHash ?? '',
    signOff: input.signOff,
    tieOut: input.tieOut,
    ...input.figures,
    exceptions: exceptions.map((one) => ({
      grantId: one.grantId,
      itemId: one.itemId,
      reason: one.reason,
      endsAt: one.endsAt.toISOString(),
      approvedBy: nameOf(one.approvedById),
    })),
    spotDraws: draws.map(({ id, seed, share, keeps, drawn, drawnById, drawnByKind, at }) => ({
      id,
      seed,
      share,
      keeps,
      drawn,
      by: drawnById ? nameOf(drawnById) : `the ${drawnByKind}`,
      at: at.toISOString(),
    })),
    drift: drift.map(({ itemId, kind, summary }) => ({ itemId, kind, summary })),
  };
}

/** Who decided how much, and how: all that the head needs of ten thousand standings. */
export function figuresOf(
  standings: readonly Standing[],
  people: ReadonlyMap<string, Named>,
): HeadInput['figures'] {
  const decisions = standings.flatMap((item) => item.decisions);
  return { reviewers: loads(standings, people), quality: qualityOf(decisions, people) };
}

function loads(standings: readonly Standing[], people: ReadonlyMap<string, Named>): PackHead['reviewers'] {
  const byKey = new Map<string, { person: Named; duty: string; items: number; decided: number }>();
  for (const one of standings.flatMap((item) => item.reviewers)) {
    const key = `${one.personId} ${one.duty}`;
    const person = people.get(one.personId) ?? { id: one.personId, name: one.personId };
    const load = byKey.get(key) ?? { person, duty: one.duty, items: 0, decided: 0 };
    if (!one.ended) load.items += 1;
    if (one.choice !== null) load.decided += 1;
    byKey.set(key, load);
  }
  return [...byKey.values()];
}
