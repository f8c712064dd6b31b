import type {
  CheckParseAnswer,
  DetailedError,
  EntityJson,
  PolicyJson,
  PolicySet,
  Response,
  StatefulAuthorizationCall,
} from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { CountersignError } from '#lib/core/errors';
import { schemaText } from './schema.ts';

export type { DetailedError, EntityJson, PolicyJson, PolicySet, Response };
export type CedarContext = StatefulAuthorizationCall['context'];
export type Expr = PolicyJson['conditions'][number]['body'];

/** Splits a policy file. Locations in errors are UTF-8 byte offsets of the text. */
export const splitPolicies = cedar.policySetTextToParts;
export const readPolicy = cedar.policyToJson;

/** Validates policies strictly against the product's schema. */
export function validatePolicies(staticPolicies: Record<string, string>) {
  return cedar.validate({ schema: schemaText(), policies: { staticPolicies } });
}

// Cedar keeps every prepared set for good, by id: so ids are slots that are used again.
const slotsMax = 256;
const slotOf = new Map<string, string>();
const freeSlots = Array.from({ length: slotsMax }, (_, index) => `slot-${index}`);

/** The id of a prepared set with this key, prepared now if it is not yet. */
export function preparedSet(key: string, build: () => PolicySet): string {
  const known = slotOf.get(key);
  if (known !== undefined) {
    slotOf.delete(key);
    slotOf.set(key, known);
    return known;
  }
  const slot = takeSlot();
  const answer: CheckParseAnswer = cedar.preparsePolicySet(slot, build());
  if (answer.type === 'failure') {
    freeSlots.push(slot);
    throw new CountersignError('internal', `policies do not load: ${messagesOf(answer.errors)}`);
  }
  slotOf.set(key, slot);
  return slot;
}

function takeSlot(): string {
  const free = freeSlots.pop();
  if (free !== undefined) return free;
  const [oldestKey, oldestSlot] = slotOf.entries().next().value as [string, string];
  slotOf.delete(oldestKey);
  return oldestSlot;
}

export interface CedarQuestion {
  readonly setId: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: CedarContext;
  readonly entities: EntityJson[];
}

/**
 * Asks Cedar. The schema is left out here: policies were validated when they were published, and
 * leaving it out makes an answer twice as fast; the action's group comes as an entity.
 */
export function askCedar(question: CedarQuestion): Response {
  const answer = cedar.statefulIsAuthorized({
    preparsedPolicySetId: question.setId,
    principal: { type: 'Agent', id: question.principal },
    action: { type: 'Action', id: question.action },
    resource: question.resource,
    context: question.context,
    entities: question.entities,
  });
  if (answer.type === 'failure') {
    throw new CountersignError('internal', `Cedar does not answer: ${messagesOf(answer.errors)}`);
  }
  return answer.response;
}

export function messagesOf(errors: readonly DetailedError[]): string {
  return errors.map((error) => error.message).join('; ');
}
