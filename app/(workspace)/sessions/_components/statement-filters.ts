import type { StatementFilter } from '#lib/sessions/index';
import { decisions } from '#lib/sessions/model';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { rangeOf } from '../../../_server/time-range.ts';

export function statementFilterOf(params: SearchParams): StatementFilter {
  return {
    agentId: oneParam(params, 'agent'),
    resourceId: oneParam(params, 'resource'),
    grantId: oneParam(params, 'grant'),
    object: oneParam(params, 'object'),
    action: oneParam(params, 'action'),
    tag: oneParam(params, 'tag'),
    decision: decisions.find((one) => one === oneParam(params, 'decision')),
    personId: oneParam(params, 'person'),
    purpose: oneParam(params, 'purpose'),
    text: oneParam(params, 'text'),
    from: rangeOf(oneParam(params, 'range'))?.from,
    cursor: oneParam(params, 'cursor'),
  };
}
