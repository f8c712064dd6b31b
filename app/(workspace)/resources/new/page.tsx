import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { ResourceForm } from '#components/resource/resource-form';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { groupChoices, personChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { create } from '../actions.ts';

export const metadata: Metadata = { title: 'New resource' };

export default async function NewResourcePage() {
  const context = await requireContext();
  if (!may(context.actor, 'access.change')) {
    return <Refusal code="forbidden" message="Only admins add resources. Ask one." />;
  }
  const [people, groups] = await Promise.all([personChoices(context), groupChoices(context)]);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        above={<TextLink href="/resources">Resources</TextLink>}
        title="New resource"
        lead="A Postgres database. Agents reach it by its name through the gateway, never directly."
      />
      <Card className="p-5">
        <ResourceForm action={create} people={people} groups={groups} />
      </Card>
    </div>
  );
}
