import { agentNames, listIssuers } from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import { isCountersignError } from '#lib/core/errors';
import { listGroups, listPeople } from '#lib/people/index';
import { resourceNames } from '#lib/resources/index';
import type { CampaignScope, ReviewerRules } from '#lib/reviews/index';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
  /** What it is no longer: "ended", "left". */
  readonly gone?: string | undefined;
}

type AgentFilter = Omit<Parameters<typeof agentNames>[1] & object, 'ids'>;
type Ids = readonly string[];

// `held`: what a form that changes something holds already. It stays among the choices whatever became
// of it, by name or else by id: a box that is not there is not posted, and that would change the thing.

/** Agents for a filter or a form; none where the person may not see them. */
export async function agentChoices(
  context: Context,
  filter: AgentFilter = {},
  held: Ids = [],
): Promise<readonly Choice[]> {
  return choicesOf(held, async (ids) => endedSaid(await agentNames(context, ids ? { ids } : filter)));
}

export async function resourceChoices(context: Context, held: Ids = []): Promise<readonly Choice[]> {
  return choicesOf(held, async (ids) => endedSaid(await resourceNames(context, ids)));
}

/** People who are here, for owners and reviewers. */
export async function personChoices(context: Context, held: Ids = []): Promise<readonly Choice[]> {
  const rows = async () =>
    (await listPeople(context)).map(({ leftAt, ...row }) => ({ ...row, gone: leftAt ? 'left' : undefined }));
  return choicesOf(held, among(rows));
}

export async function issuerChoices(context: Context, held: Ids = []): Promise<readonly Choice[]> {
  const rows = async () =>
    endedSaid((await listIssuers(context)).map((row) => ({ ...row, ended: row.endedAt !== null })));
  return choicesOf(held, among(rows));
}

export async function groupChoices(context: Context): Promise<readonly Choice[]> {
  return choicesOf([], () => listGroups(context));
}

const endedSaid = (rows: readonly (Named & { readonly ended: boolean })[]): readonly Named[] =>
  rows.map(({ id, name, ended }) => ({ id, name, gone: ended ? 'ended' : undefined }));

/** A list that is read as a whole: what is gone is chosen by its id only. */
const among = (rows: () => Promise<readonly Named[]>) => async (ids?: Ids) =>
  (await rows()).filter(({ id, gone }) => (ids ? ids.includes(id) : gone === undefined));

/** None where the person may not read them; any other failure is the page's. */
async function choicesOf(
  held: Ids,
  read: (ids?: Ids) => Promise<readonly Named[]>,
): Promise<readonly Choice[]> {
  const offered = await read().catch((error: unknown): readonly Named[] => {
    if (isCountersignError(error) && error.code === 'forbidden') return [];
    throw error;
  });
  const missing = held.filter((id) => offered.every((row) => row.id !== id));
  const found = missing.length > 0 ? new Map((await read(missing)).map((row) => [row.id, row])) : null;
  const kept = missing.map((id) => found?.get(id) ?? { id, name: id });
  return [...offered, ...kept].map(({ id, name, gone }: Named) => ({
    value: id,
    label: gone ? `${name} (${gone})` : name,
  }));
}

/** What a review can be set up with, and what a draft holds already. */
export async function campaignChoices(
  context: Context,
  draft?: { readonly scope: CampaignScope; readonly rules: ReviewerRules },
): Promise<{
  readonly agents: readonly Choice[];
  readonly resources: readonly Choice[];
  readonly people: readonly Choice[];
  readonly groups: readonly string[];
}> {
  const fallback = draft?.rules.fallbackPersonId;
  const [agents, resources, people, groups] = await Promise.all([
    agentChoices(context, {}, draft?.scope.agentIds ?? []),
    resourceChoices(context, draft?.scope.resourceIds ?? []),
    personChoices(context, fallback ? [fallback] : []),
    groupChoices(context),
  ]);
  const names = [...groups.map(({ label }) => label), ...(draft ? [draft.rules.securityGroup] : [])];
  return { agents, resources, people, groups: [...new Set(names)] };
}

/** Filters of a list by agent and resource; left out where the person sees none. */
export async function placeFilters(context: Context) {
  const [agents, resources] = await Promise.all([agentChoices(context), resourceChoices(context)]);
  return [
    { name: 'agent', label: 'Agent', options: agents },
    { name: 'resource', label: 'Resource', options: resources },
  ].filter(({ options }) => options.length > 0);
}
