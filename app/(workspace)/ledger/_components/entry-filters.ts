import { type EntryFilter, ledgerActions } from '#lib/ledger/index';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { rangeOf } from '../../../_server/time-range.ts';

const actorKinds = ['person', 'agent', 'worker', 'job', 'sandbox'] as const;

/** `grant` stands for every action whose name begins so. */
export const actionKinds = [...new Set(ledgerActions.map((action) => action.split('.')[0] ?? action))];

export function entryFilterOf(params: SearchParams): EntryFilter {
  const kind = oneParam(params, 'kind');
  const action = ledgerActions.filter((one) => one.startsWith(`${kind}.`));
  return {
    action: action.length > 0 ? action : undefined,
    actorKind: actorKinds.find((one) => one === oneParam(params, 'by')),
    subjectId: oneParam(params, 'subject'),
    text: oneParam(params, 'text'),
    from: rangeOf(oneParam(params, 'range'))?.from,
    after: oneParam(params, 'cursor'),
  };
}
