import { dotted } from '#lib/core/dotted-name';
import { factAttributes } from './attributes.ts';
import type { CedarContext, EntityJson } from './cedar.ts';
import type { AccessRequest, EvaluateInput, PolicyAgent, PolicyResource } from './model.ts';
import type { EntityId } from './names.ts';
import { readsName } from './reads.ts';

/** Counts as over every limit. */
export const unknownRows = Number.MAX_SAFE_INTEGER;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `context` of a Cedar request: only what the candidate policies read, as handing it over costs most. */
export function contextOf(input: EvaluateInput, names: ReadonlySet<string>): CedarContext {
  const built: CedarContext = {};
  if (names.size === 0) return built;
  for (const [name, value] of Object.entries(contextValues)) {
    if (readsName(names, name)) built[name] = value(input);
  }
  const facts = attributesOf(input.facts.attributes, names);
  if (facts) built.facts = facts;
  return built;
}

const contextValues: Readonly<Record<string, (input: EvaluateInput) => CedarContext[string]>> = {
  purpose_tier: ({ context }) => context.purposeTier ?? 'none',
  row_estimate: (input) => knownRows(input) ?? unknownRows,
  row_estimate_known: (input) => knownRows(input) !== null,
  environment: ({ resource }) => resource.environment,
  now: ({ context }) => ({ __extn: { fn: 'datetime', arg: context.now.toISOString() } }),
  hour: ({ context }) => context.now.getUTCHours(),
  weekday: ({ context }) => weekdays[context.now.getUTCDay()] ?? '',
};

/** The planner's estimate, or the rows of a plain INSERT … VALUES as its text counts them. */
function knownRows({ context, facts }: EvaluateInput): number | null {
  const counted = facts.attributes.rows_known;
  const known = typeof counted === 'number' && counted >= 0 ? counted : null;
  const estimate = context.rowEstimate !== null && context.rowEstimate >= 0 ? context.rowEstimate : null;
  if (known === null) return estimate === null ? null : whole(estimate);
  return whole(Math.max(known, estimate ?? 0));
}

function whole(rows: number): number {
  return Number.isFinite(rows) ? Math.min(Math.ceil(rows), unknownRows) : unknownRows;
}

function attributesOf(
  given: EvaluateInput['facts']['attributes'],
  names: ReadonlySet<string>,
): Record<string, boolean | number | string> | null {
  const known: Record<string, boolean | number | string> = {};
  let isRead = false;
  for (const { name, type, absent } of factAttributes) {
    if (!readsName(names, `facts.${name}`)) continue;
    isRead = true;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const isGood = typeof value === type && (type !== 'number' || Number.isSafeInteger(value));
    known[name] = isGood && value !== undefined ? value : absent;
  }
  return isRead ? known : null;
}

export function agentEntity(agent: PolicyAgent): EntityJson {
  return {
    uid: { type: 'Agent', id: agent.name },
    attrs: { name: agent.name },
    parents: agent.groups.map((id) => ({ type: 'Group', id })),
  };
}

export function actionEntity({ action, member }: AccessRequest): EntityJson {
  return { uid: { type: 'Action', id: member }, attrs: {}, parents: [{ type: 'Action', id: action }] };
}

/** The object with its attributes, in the schema and the resource that it stands in. */
export function objectEntity(
  uid: EntityId,
  { object }: AccessRequest,
  resource: PolicyResource,
  functions: EvaluateInput['facts']['functions'],
): EntityJson {
  const inResource = { type: 'Resource', id: resource.name };
  if (object.kind === 'resource') {
    const { name, kind, environment } = resource;
    return { uid, attrs: { name, kind, environment }, parents: [] };
  }
  if (object.kind === 'schema') return { uid, attrs: { name: object.schema }, parents: [inResource] };
  const { schema, name } = object;
  const parents = [{ type: 'Schema', id: dotted(resource.name, schema) }, inResource];
  if (object.kind === 'table') return { uid, attrs: { schema, name }, parents };
  const uses = (functions ?? []).filter((use) => use.schema === schema && use.name === name);
  const harmless = uses.length > 0 && uses.every((use) => use.harmless);
  const volatility = uses.length === 1 ? (uses[0]?.volatility ?? 'unknown') : 'unknown';
  return { uid, attrs: { schema, name, harmless, volatility }, parents };
}
