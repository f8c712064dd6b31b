import type { Metadata } from 'next';
import { AgentForm } from '#components/agent/agent-form';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { issuerChoices, personChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { create } from '../actions.ts';

export const metadata: Metadata = { title: 'New agent' };

export default async function NewAgentPage() {
  const context = await requireContext();
  if (!may(context.actor, 'access.change')) {
    return <Refusal code="forbidden" message="Only admins add agents. Ask one." />;
  }
  const [people, issuers] = await Promise.all([personChoices(context), issuerChoices(context)]);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader above={<TextLink href="/agents">Agents</TextLink>} title="New agent" />
      <Card className="p-5">
        <AgentForm action={create} people={people} issuers={issuers} />
      </Card>
    </div>
  );
}
