import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { CampaignForm } from '#components/review/campaign-form';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { getCampaign } from '#lib/reviews/index';
import { attempt } from '../../../../_server/attempt.ts';
import { campaignChoices } from '../../../../_server/choices.ts';
import { requireContext } from '../../../../_server/context.ts';
import { change } from './actions.ts';

export const metadata: Metadata = { title: 'Change a draft' };

export default async function EditDraftPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href={`/reviews/${id}`}>Draft</TextLink>}
        title="Change a draft"
        lead="Exceptions that were accepted for it stay. The series that it came from stays as it is."
      />
      <Form id={id} />
    </div>
  );
}

async function Form({ id }: { id: string }) {
  const context = await requireContext();
  const found = await attempt(getCampaign(context, id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const campaign = found.value;
  if (!may(context.actor, 'campaign.run')) {
    return <Refusal code="forbidden" message="Admins and auditors set campaigns up. Ask one." />;
  }
  if (campaign.state !== 'draft') {
    return <Refusal code="conflict" message="Only a draft can be changed; this is none any more." />;
  }
  const day = (at: Date) => at.toISOString().slice(0, 10);
  return (
    <Card className="p-5">
      <CampaignForm
        action={change}
        draftId={id}
        choices={await campaignChoices(context, campaign)}
        defaults={{
          name: campaign.name,
          from: day(campaign.periodFrom),
          to: day(new Date(campaign.periodTo.getTime() - 1)),
          dueInBusinessDays: campaign.dueInBusinessDays,
          scope: campaign.scope,
          rules: campaign.rules,
          riskAnalysis: campaign.riskAnalysis,
        }}
      />
    </Card>
  );
}
