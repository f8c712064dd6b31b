import type { Metadata } from 'next';
import { GrantForm } from '#components/grant/grant-form';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { agentChoices, resourceChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { create } from '../actions.ts';

export const metadata: Metadata = { title: 'New grant' };

const untilDefaultMs = 90 * 24 * 60 * 60 * 1000;

export default async function NewGrantPage() {
  const context = await requireContext();
  if (!may(context.actor, 'access.change')) {
    return <Refusal code="forbidden" message="Only admins give grants. Ask one, and name the task." />;
  }
  const [agents, resources] = await Promise.all([
    agentChoices(context, { state: 'active' }),
    resourceChoices(context),
  ]);
  const until = new Date(context.clock.now().getTime() + untilDefaultMs).toISOString().slice(0, 10);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href="/grants">Grants</TextLink>}
        title="New grant"
        lead="It counts at once, and its creator can’t certify it later."
      />
      <Card className="p-5">
        <GrantForm action={create} agents={agents} resources={resources} untilDefault={until} />
      </Card>
    </div>
  );
}
