import { claimOnce, matchAgent, purposeOf, verifyToken } from '#lib/identity/index';
import { found, type Passage } from './passage.ts';
import { Refused } from './refused.ts';

/** Token → agent and purpose. The name that the client gives must be the agent that the token proves. */
export async function authenticate(passage: Passage): Promise<Passage> {
  const { services, transport } = passage;
  const { control, clock, keys } = services;
  const { claimed } = transport;
  const token = found(claimed.token, 'the password request').reveal();
  const result = await verifyToken(token, await services.issuers(), { clock, keys });
  if ('fault' in result) {
    const kind = result.fault === 'keys_unavailable' ? 'unavailable' : 'unauthenticated';
    throw new Refused(kind, `token_${result.fault}`, result.message);
  }
  const match = matchAgent(result.ok.claims, await control.agentsOf(result.ok.issuerId));
  if (match.kind !== 'one') {
    const why =
      match.kind === 'none' ? 'belongs to no agent here' : 'matches several agents, so it proves none';
    throw new Refused(
      'unauthenticated',
      `token_${match.kind}`,
      `The token is good, but ${why}. Ask an admin.`,
    );
  }
  const { agent } = match;
  if (agent.agent.name !== claimed.agentName) {
    throw new Refused(
      'unauthenticated',
      'token_other_agent',
      `The token is not of the agent "${claimed.agentName}". The user of the connection is the agent's name; pass that agent's own token.`,
    );
  }
  const spent = await claimOnce(result.ok, (...use) => control.claimToken(...use));
  if (spent !== null) throw new Refused('unauthenticated', `token_${spent.fault}`, spent.message);
  const purpose = purposeOf(result.ok, {
    option: claimed.purpose,
    applicationName: claimed.applicationName,
  });
  return { ...passage, identity: { token: result.ok, agent, purpose } };
}
