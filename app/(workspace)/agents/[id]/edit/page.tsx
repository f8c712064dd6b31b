import type { Metadata } from 'next';
import { AgentForm } from '#components/agent/agent-form';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { getAgent } from '#lib/agents/index';
import { attempt } from '../../../../_server/attempt.ts';
import { issuerChoices, personChoices } from '../../../../_server/choices.ts';
import { requireContext } from '../../../../_server/context.ts';
import { managedText } from '../../../_components/managed-text.ts';
import { change } from '../../actions.ts';

export const metadata: Metadata = { title: 'Edit agent' };

export default async function EditAgentPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const context = await requireContext();
  const found = await attempt(getAgent(context, id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const agent = found.value;
  if (!agent.may.change) {
    return <Refusal code="forbidden" message="Only admins change agents. Ask one." />;
  }
  const [people, issuers] = await Promise.all([
    personChoices(
      context,
      [agent.owner, agent.sponsor].flatMap((person) => person?.id ?? []),
    ),
    issuerChoices(context, [agent.issuer.id]),
  ]);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href={`/agents?open=${agent.id}`}>{agent.name}</TextLink>}
        title={`Edit ${agent.name}`}
        lead={managedText(agent.managedBy)}
      />
      <Card className="p-5">
        <AgentForm action={change} people={people} issuers={issuers} agent={agent} />
      </Card>
    </div>
  );
}
