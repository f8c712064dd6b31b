import type { TargetRecord } from '#proxy/control/control-plane';
import type { FactsView } from './relay/facts-view.ts';

/** The role that an agent's sessions run under on a target; null: none is declared. */
export function roleOf({ settings }: Pick<TargetRecord, 'settings'>, agentName: string): string | null {
  const roles = new Map(Object.entries(settings?.roles ?? {}));
  return roles.get(agentName) ?? roles.get('*') ?? null;
}

/** Would it end a role that the resource declares? RESET ROLE and DISCARD ALL come back to it. */
export function leavesRole({ facts }: FactsView): boolean {
  return facts.requests.some(({ member }) => member === 'set_role' || member === 'set_session_authorization');
}
