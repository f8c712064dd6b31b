import { usesMasked } from '#lib/masking/index';
import type { Decision } from '#lib/policies/model';
import type { ParsedMessage, ParseError } from '#lib/sql/model';
import type { AgentAccess } from '#proxy/control/control-plane';
import type { FactsView } from './facts-view.ts';

/** A text as it was understood and decided, with everything that the answer depends on. */
export interface Judged {
  readonly parsed: ParsedMessage;
  /** The parser's own refusal; then there are no views. */
  readonly fault: ParseError | null;
  readonly views: readonly FactsView[];
  /** One decision for the whole message: the strictest. */
  readonly decision: Decision;
  /** The decision about each view, in the same order. */
  readonly decisions: readonly Decision[];
  /** It would be decided alike without looking again while these stand. */
  readonly access: AgentAccess;
  readonly epoch: number;
  readonly stateKey: string;
  readonly validUntilMs: number;
  /** Rows that the planner expects of a write; null when it was not asked or had no answer. */
  readonly rowEstimate: number | null;
}

/** True when the message only ends or steers a transaction: it runs whatever the names mean. */
export function steersOnly(judged: Judged): boolean {
  return judged.views.length > 0 && judged.views.every(({ facts }) => facts.transaction !== null);
}

/** True when names meant the same for both. */
export function sameMeaning(a: Judged, b: Judged): boolean {
  return a.epoch === b.epoch && a.stateKey === b.stateKey;
}

/** True when an estimate of it would tell of masked values; the agent learns of one before anybody answers. */
export function tellsOfMasked({ views, access }: Judged): boolean {
  return views.some(({ facts }) => usesMasked(facts.columns, access.resource.masks));
}
