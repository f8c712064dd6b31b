import type { Range } from '#lib/usage/index';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { rangeOf, timeRanges } from '../../../_server/time-range.ts';

const rangeDefault = '30d';

export interface UnusedFilter {
  readonly agentId: string | undefined;
  readonly resourceId: string | undefined;
  readonly range: string;
}

export function unusedFilterOf(params: SearchParams): UnusedFilter {
  const range = timeRanges.find(({ value }) => value === oneParam(params, 'range'))?.value ?? rangeDefault;
  return { agentId: oneParam(params, 'agent'), resourceId: oneParam(params, 'resource'), range };
}

export function spanOf({ range }: UnusedFilter, now: Date): Range {
  const span = rangeOf(range, now);
  if (!span) throw new Error(`${range} is one of the ranges`);
  return span;
}
