import { Inbox } from 'lucide-react';
import { Suspense } from 'react';
import { Refusal } from '#components/layout/refusal';
import { BulkApprove } from '#components/review/bulk-approve';
import { ItemTable } from '#components/review/item-table';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import { type CampaignView, listItems } from '#lib/reviews/index';
import { itemStates } from '#lib/reviews/model';
import { hrefWith, oneParam, type SearchParams } from '../../../../../components/ui/search-params.ts';
import { attempt } from '../../../../_server/attempt.ts';
import { requireContext } from '../../../../_server/context.ts';
import { ItemPanel } from '../../_components/item-panel.tsx';
import { approveMany } from '../../actions.ts';
import { itemFilterOf } from './item-filters.ts';

/** So that the filter by a group of evidence shows, and can be taken off. */
function sameEvidence(params: SearchParams) {
  const group = oneParam(params, 'group');
  return group ? [{ name: 'group', label: 'Evidence', options: [{ value: group, label: 'the same' }] }] : [];
}

/** The items of a campaign, with the open one's evidence and answer beside them. */
export async function Queue({ campaign, params }: { campaign: CampaignView; params: SearchParams }) {
  const path = `/reviews/${campaign.id}`;
  const open = oneParam(params, 'open');
  const found = await attempt(
    listItems(await requireContext(), { campaignId: campaign.id, ...itemFilterOf(params) }),
  );
  const closeHref = hrefWith(path, params, { open: null });
  const openBase = hrefWith(path, params, { open: '_' }).slice(0, -1);
  return (
    <WithPanel
      panel={
        open ? (
          <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
            <ItemPanel id={open} closeHref={closeHref} openBase={openBase} />
          </Suspense>
        ) : null
      }
    >
      <FilterBar
        path={path}
        params={params}
        search={{ name: 'search', placeholder: 'Grant holds…' }}
        filters={[
          {
            name: 'state',
            label: 'State',
            options: itemStates.map((one) => ({
              value: one,
              label: found.ok ? `${one} (${found.value.counts[one]})` : one,
            })),
          },
          { name: 'whose', label: 'Reviewer', options: [{ value: 'mine', label: 'me' }] },
          ...sameEvidence(params),
          { name: 'risk', label: 'Risk', options: [{ value: 'privileged', label: 'privileged' }] },
        ]}
        exportHref={`/api/export/items?campaign=${campaign.id}`}
        {...(found.ok ? { count: plural(found.value.rows.length, 'item') } : {})}
      />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
      ) : found.value.rows.length === 0 ? (
        <EmptyState icon={<Inbox />} title="No item fits">
          Remove a filter, or look at another campaign.
        </EmptyState>
      ) : (
        <>
          <BulkApprove approve={approveMany}>
            <ItemTable
              rows={found.value.rows}
              hrefOf={(row) => openBase + row.id}
              selectedId={open}
              selectable={campaign.state === 'open'}
            />
          </BulkApprove>
          <Pagination
            previousHref={
              oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null, open: null }) : null
            }
            nextHref={
              found.value.next ? hrefWith(path, params, { cursor: found.value.next, open: null }) : null
            }
            text={plural(found.value.rows.length, 'item')}
          />
        </>
      )}
    </WithPanel>
  );
}
