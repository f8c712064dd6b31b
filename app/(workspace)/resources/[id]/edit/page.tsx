import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { ResourceForm } from '#components/resource/resource-form';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { getResource } from '#lib/resources/index';
import { attempt } from '../../../../_server/attempt.ts';
import { groupChoices, personChoices } from '../../../../_server/choices.ts';
import { requireContext } from '../../../../_server/context.ts';
import { managedText } from '../../../_components/managed-text.ts';
import { change } from '../../actions.ts';

export const metadata: Metadata = { title: 'Edit resource' };

export default async function EditResourcePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const context = await requireContext();
  const found = await attempt(getResource(context, id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const resource = found.value;
  if (!resource.may.change) {
    return <Refusal code="forbidden" message="Only admins change resources. Ask one." />;
  }
  const [people, groups] = await Promise.all([
    personChoices(context, resource.owner ? [resource.owner.id] : []),
    groupChoices(context),
  ]);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href={`/resources?open=${resource.id}`}>{resource.name}</TextLink>}
        title={`Edit ${resource.name}`}
        lead={managedText(resource.managedBy)}
      />
      <Card className="p-5">
        <ResourceForm action={change} people={people} groups={groups} resource={resource} />
      </Card>
    </div>
  );
}
