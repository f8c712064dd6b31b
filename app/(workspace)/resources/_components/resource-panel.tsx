import { Pencil } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { Catalog } from '#components/resource/catalog';
import { MaskForm } from '#components/resource/mask-form';
import { MaskList } from '#components/resource/mask-list';
import { ResourceFacts } from '#components/resource/resource-facts';
import { TestConnection } from '#components/resource/test';
import { Button } from '#components/ui/button';
import { Link } from '#components/ui/link';
import { Section } from '#components/ui/section';
import { SidePanel } from '#components/ui/side-panel';
import { getResource, listObjects } from '#lib/resources/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { addMask, changeMask, removeMask, test } from '../actions.ts';

export async function ResourcePanel({ id, closeHref }: { id: string; closeHref: string }) {
  const context = await requireContext();
  const [found, objects] = await Promise.all([
    attempt(getResource(context, id)),
    attempt(listObjects(context, id)),
  ]);
  if (!found.ok) {
    return (
      <SidePanel title="Resource" label="Resource" closeHref={closeHref} openedBy={id}>
        <Refusal code={found.error.code} message={found.error.message} />
      </SidePanel>
    );
  }
  const resource = found.value;
  const unmasked = (objects.ok ? objects.value : []).flatMap((object) =>
    object.columns
      .filter((column) => !column.mask)
      .map((column) => `${object.schema}.${object.name}.${column.name}`),
  );
  return (
    <SidePanel
      title={resource.name}
      label={`Resource ${resource.name}`}
      closeHref={closeHref}
      openedBy={id}
      actions={
        resource.may.change && resource.endedAt === null && resource.kind === 'postgres' ? (
          <Button asChild size="sm">
            <Link href={`/resources/${resource.id}/edit`}>
              <Pencil aria-hidden="true" /> Edit
            </Link>
          </Button>
        ) : null
      }
    >
      <ResourceFacts resource={resource} />
      {resource.may.change && resource.kind === 'postgres' ? (
        <TestConnection key={resource.id} resourceId={resource.id} test={test} mask={addMask} />
      ) : null}
      <Section title="Masks">
        <MaskList
          masks={resource.maskRows}
          change={resource.may.change ? changeMask : null}
          remove={resource.may.change ? removeMask : null}
        />
        {resource.may.change ? (
          <MaskForm resourceId={resource.id} columns={unmasked} action={addMask} />
        ) : null}
      </Section>
      <Section title="Catalog">
        {objects.ok ? (
          <Catalog objects={objects.value} />
        ) : (
          <p className="text-sm text-ink-soft">{objects.error.message}</p>
        )}
      </Section>
    </SidePanel>
  );
}
