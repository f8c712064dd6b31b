import { agentNames, listIssuers } from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import { listGroups, listPeople } from '#lib/people/index';
import { resourceNames } from '#lib/resources/index';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

type AgentFilter = Parameters<typeof agentNames>[1];

/** Agents for a filter or a form; none where the person may not see them. */
export async function agentChoices(context: Context, filter: AgentFilter = {}): Promise<readonly Choice[]> {
  return choicesOf(await agentNames(context, filter).catch(() => []));
}

export async function resourceChoices(context: Context): Promise<readonly Choice[]> {
  return choicesOf(await resourceNames(context).catch(() => []));
}

function choicesOf(rows: readonly { readonly id: string; readonly name: string }[]): readonly Choice[] {
  return rows.map((row) => ({ value: row.id, label: row.name }));
}

/** People who are here, for owners and reviewers. */
export async function personChoices(context: Context): Promise<readonly Choice[]> {
  const rows = await listPeople(context).catch(() => []);
  return rows.filter((row) => row.leftAt === null).map((row) => ({ value: row.id, label: row.name }));
}

export async function issuerChoices(context: Context): Promise<readonly Choice[]> {
  const rows = await listIssuers(context).catch(() => []);
  return rows.filter((row) => row.endedAt === null).map((row) => ({ value: row.id, label: row.name }));
}

export async function groupChoices(context: Context): Promise<readonly Choice[]> {
  const rows = await listGroups(context).catch(() => []);
  return rows.map((row) => ({ value: row.id, label: row.name }));
}

/** What a review can be set up with. */
export async function campaignChoices(context: Context): Promise<{
  readonly agents: readonly Choice[];
  readonly resources: readonly Choice[];
  readonly people: readonly Choice[];
  readonly groups: readonly string[];
}> {
  const [agents, resources, people, groups] = await Promise.all([
    agentChoices(context),
    resourceChoices(context),
    personChoices(context),
    groupChoices(context),
  ]);
  return { agents, resources, people, groups: groups.map(({ label }) => label) };
}

/** Filters of a list by agent and resource; left out where the person sees none. */
export async function placeFilters(context: Context) {
  const [agents, resources] = await Promise.all([agentChoices(context), resourceChoices(context)]);
  return [
    { name: 'agent', label: 'Agent', options: agents },
    { name: 'resource', label: 'Resource', options: resources },
  ].filter(({ options }) => options.length > 0);
}
