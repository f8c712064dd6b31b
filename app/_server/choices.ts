import { type AgentFilter, listAgents } from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import { listResources } from '#lib/resources/index';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

const choicesMax = 200;

/** Agents for a filter or a form; none where the person may not see them. */
export async function agentChoices(context: Context, filter: AgentFilter = {}): Promise<readonly Choice[]> {
  const page = await listAgents(context, { ...filter, limit: choicesMax }).catch(() => null);
  return (page?.rows ?? []).map((row) => ({ value: row.id, label: row.name }));
}

export async function resourceChoices(context: Context): Promise<readonly Choice[]> {
  const rows = await listResources(context, {}).catch(() => []);
  return rows.slice(0, choicesMax).map((row) => ({ value: row.id, label: row.name }));
}
