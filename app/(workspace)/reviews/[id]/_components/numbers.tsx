import { SpotCheckList } from '#components/review/spot-checks';
import { Status } from '#components/review/status';
import { may } from '#lib/auth/require-permission';
import { type CampaignView, driftOf, listRemovals, listSpotChecks } from '#lib/reviews/index';
import { attempt } from '../../../../_server/attempt.ts';
import { personChoices } from '../../../../_server/choices.ts';
import { requireContext } from '../../../../_server/context.ts';
import { answerCheck, assignCheck, confirmRemoval, drawChecks } from '../../actions.ts';

/** Whether the numbers tie, what was looked at twice, what was taken away, what changed since. */
export async function Numbers({ campaign }: { campaign: CampaignView }) {
  const context = await requireContext();
  const runs = campaign.state === 'open' && may(context.actor, 'campaign.run');
  const [removals, drift, spot, people] = await Promise.all([
    attempt(listRemovals(context, campaign.id)),
    attempt(driftOf(context, campaign.id)),
    attempt(listSpotChecks(context, campaign.id)),
    runs ? personChoices(context) : [],
  ]);
  return (
    <Status
      campaign={campaign}
      removals={removals.ok ? removals.value : []}
      drift={drift.ok ? drift.value : []}
      confirmRemoval={may(context.actor, 'access.change') ? confirmRemoval : null}
      spotChecks={
        spot.ok ? (
          <SpotCheckList
            campaignId={campaign.id}
            spot={spot.value}
            people={people}
            mayDraw={runs}
            actions={{ draw: drawChecks, assign: assignCheck, answer: answerCheck }}
          />
        ) : null
      }
    />
  );
}
