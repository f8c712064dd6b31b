import type { ListItems } from '#lib/reviews/index';
import { itemStates } from '#lib/reviews/model';
import { oneParam, type SearchParams } from '../../../../../components/ui/search-params.ts';

export function itemFilterOf(params: SearchParams): Omit<ListItems, 'campaignId'> {
  return {
    mine: oneParam(params, 'whose') === 'mine' ? true : undefined,
    privileged: oneParam(params, 'risk') === 'privileged' ? true : undefined,
    state: itemStates.find((one) => one === oneParam(params, 'state')),
    evidenceGroup: oneParam(params, 'group'),
    search: oneParam(params, 'search'),
    cursor: oneParam(params, 'cursor'),
  };
}
