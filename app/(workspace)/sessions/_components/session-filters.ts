import type { SessionFilter } from '#lib/sessions/index';
import { decisions, sessionStates } from '#lib/sessions/model';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { rangeOf } from '../../../_server/time-range.ts';

/** The address as the list verb's filter; what is not understood is left out. */
export function sessionFilterOf(params: SearchParams): SessionFilter {
  const range = rangeOf(oneParam(params, 'range'));
  return {
    agentId: oneParam(params, 'agent'),
    resourceId: oneParam(params, 'resource'),
    personId: oneParam(params, 'person'),
    state: sessionStates.find((one) => one === oneParam(params, 'state')),
    decision: decisions.find((one) => one === oneParam(params, 'decision')),
    masked: oneParam(params, 'masked') === 'yes' ? true : undefined,
    purpose: oneParam(params, 'purpose'),
    from: range?.from,
    cursor: oneParam(params, 'cursor'),
  };
}
