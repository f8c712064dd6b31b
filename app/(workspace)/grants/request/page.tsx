import type { Metadata } from 'next';
import { AccessRequestForm } from '#components/access-request/form';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may, relationsFor } from '#lib/auth/require-permission';
import { agentChoices, resourceChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { ask } from '../../approvals/access/actions.ts';

export const metadata: Metadata = { title: 'Ask for access' };

export default async function RequestAccessPage() {
  const context = await requireContext();
  const { actor } = context;
  if (relationsFor(actor, 'access.request').size === 0) {
    return <Refusal code="forbidden" message="An agent’s owner asks for access, or the agent itself." />;
  }
  const own = may(actor, 'access.request') ? {} : { ownerId: actor.id };
  const [agents, resources] = await Promise.all([
    agentChoices(context, { state: 'active', ...own }),
    resourceChoices(context),
  ]);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href="/approvals/access">Access requests</TextLink>}
        title="Ask for access"
        lead="For a task and a time. Somebody independent answers; who asks can’t."
      />
      <Card className="p-5">
        <AccessRequestForm action={ask} agents={agents} resources={resources} />
      </Card>
    </div>
  );
}
