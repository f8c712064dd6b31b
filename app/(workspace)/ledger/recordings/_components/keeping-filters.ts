import type { KeepingFilter } from '#lib/retention/index';
import { keepingStates } from '#lib/retention/model';
import { oneParam, type SearchParams } from '../../../../../components/ui/search-params.ts';

export function keepingFilterOf(params: SearchParams): KeepingFilter {
  return {
    state: keepingStates.find((one) => one === oneParam(params, 'state')),
    cursor: oneParam(params, 'cursor'),
  };
}
