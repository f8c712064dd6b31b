import type { AgentFilter } from '#lib/agents/index';
import { agentStates } from '#lib/agents/model';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';

export function agentFilterOf(params: SearchParams): AgentFilter {
  return {
    state: agentStates.find((one) => one === oneParam(params, 'state')),
    ownerless: oneParam(params, 'owner') === 'none' ? true : undefined,
    search: oneParam(params, 'search'),
    cursor: oneParam(params, 'cursor'),
  };
}
