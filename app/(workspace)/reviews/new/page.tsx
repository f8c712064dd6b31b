import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { CampaignForm } from '#components/review/campaign-form';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { campaignChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { create } from './actions.ts';

export const metadata: Metadata = { title: 'New campaign' };

const quarterMs = 91 * 24 * 60 * 60 * 1000;

export default async function NewCampaignPage() {
  const context = await requireContext();
  if (!may(context.actor, 'campaign.run')) {
    return <Refusal code="forbidden" message="Admins and auditors set campaigns up. Ask one." />;
  }
  const choices = await campaignChoices(context);
  const now = context.clock.now();
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const quarter = `${now.getUTCFullYear()} Q${Math.floor(now.getUTCMonth() / 3) + 1}`;
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href="/reviews">Reviews</TextLink>}
        title="New campaign"
        lead="Grants are frozen with their evidence at launch, not before."
      />
      <Card className="p-5">
        <CampaignForm
          action={create}
          choices={choices}
          defaults={{
            name: `Agents’ access, ${quarter}`,
            from: day(new Date(now.getTime() - quarterMs)),
            to: day(now),
            dueInBusinessDays: 15,
            scope: {
              agentIds: null,
              resourceIds: null,
              environments: null,
              sources: null,
              privilegedOnly: false,
            },
            rules: {
              securityGroup: choices.groups[0] ?? '',
              fallbackPersonId: null,
              spotCheckShare: 0.1,
            },
            riskAnalysis: '',
          }}
        />
      </Card>
    </div>
  );
}
