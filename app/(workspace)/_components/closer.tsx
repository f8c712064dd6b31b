import { Refusal } from '#components/layout/refusal';
import { TouchedTable } from '#components/overview/touched-table';
import { Section } from '#components/ui/section';
import { touchedObjects } from '#lib/usage/index';
import { hrefWith } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import type { Scope } from './figures.tsx';

/** What lies behind a row or a column of the heat: the objects, each with its statements. */
export async function Closer({ scope, span }: { scope: Scope; span: { from: Date; to: Date } }) {
  const { agent = null, resource = null, range } = scope;
  const filter = { agentId: scope.agent, resourceId: scope.resource };
  const found = await attempt(touchedObjects(await requireContext(), span, filter));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} retryHref="/" />;
  return (
    <Section title="Objects touched, by whole days">
      {found.value.length === 0 ? (
        <p className="text-sm text-ink-soft">No object was touched in this time.</p>
      ) : (
        <TouchedTable
          rows={found.value}
          hrefOf={({ object, action, resourceId }) =>
            hrefWith(
              '/sessions/search',
              {},
              { agent, resource: resource ?? resourceId, object, action, range },
            )
          }
        />
      )}
    </Section>
  );
}
