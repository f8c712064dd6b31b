import type { GrantFilter } from '#lib/grants/index';
import { grantSources, staleKinds } from '#lib/grants/model';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';

export const grantViews = ['active', 'stale', 'all'] as const;
export type GrantView = (typeof grantViews)[number];

const rowsShown = 100;

export function grantViewOf(params: SearchParams): GrantView {
  return grantViews.find((one) => one === oneParam(params, 'view')) ?? 'active';
}

/** The address as the list verb's filter; what is not understood is left out. */
export function grantFilterOf(params: SearchParams): GrantFilter {
  const view = grantViewOf(params);
  return {
    agentId: oneParam(params, 'agent'),
    resourceId: oneParam(params, 'resource'),
    ownerId: oneParam(params, 'owner'),
    source: grantSources.find((one) => one === oneParam(params, 'source')),
    search: oneParam(params, 'search'),
    state: view === 'all' ? undefined : 'active',
    stale:
      view === 'stale' ? (staleKinds.find((one) => one === oneParam(params, 'reason')) ?? true) : undefined,
    cursor: oneParam(params, 'cursor'),
    limit: rowsShown,
  };
}
