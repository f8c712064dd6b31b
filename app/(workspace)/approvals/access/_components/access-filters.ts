import type { AccessRequestFilter } from '#lib/access-requests/index';
import { accessRequestStates } from '#lib/access-requests/model';
import { oneParam, type SearchParams } from '../../../../../components/ui/search-params.ts';

/** The address as the list verb's filter; what is not understood is left out. */
export function accessFilterOf(params: SearchParams): AccessRequestFilter {
  return {
    state: accessRequestStates.find((one) => one === oneParam(params, 'state')),
    cursor: oneParam(params, 'cursor'),
  };
}
