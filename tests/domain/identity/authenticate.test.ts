import { expect, test } from 'vitest';
import { systemClock } from '#lib/core/clock';
import { Secret } from '#lib/core/secret';
import { createKeySource } from '#lib/identity/index';
import { authenticate } from '#proxy/pipeline/authenticate';
import type { Passage } from '#proxy/pipeline/passage';
import { startIssuer } from './issuer.ts';

/** A connection that claims to be `agentName`; `used` are the tokens that counted. */
function passageOf(trusted: object, token: string, agentName: string, used: Set<string>): Passage {
  const agent = { id: 'agt_1', name: 'migrator', groups: [] };
  const control = {
    agentsOf: async () => [
      { agent, ownerId: null, ownerName: null, state: 'active', matchClaims: { sub: 'migrator' } },
    ],
    claimToken: async (_issuer: string, id: string) => !used.has(id) && used.add(id) !== undefined,
  };
  const services = { control, clock: systemClock, keys: createKeySource(), issuers: async () => [trusted] };
  const claimed = { token: new Secret(token), agentName, purpose: null, applicationName: null };
  return { services, transport: { claimed } } as unknown as Passage;
}

test('a single-use token is not lost to a wrong agent’s name, and opens one session', async () => {
  const issuer = await startIssuer();
  const trusted = { ...issuer.trusted, singleUse: true };
  const token = await issuer.token({ jti: 'once' });
  const used = new Set<string>();
  const other = authenticate(passageOf(trusted, token, 'reporter', used));
  await expect(other).rejects.toMatchObject({ countedAs: 'token_other_agent' });
  expect(used.size).toBe(0);
  const passed = await authenticate(passageOf(trusted, token, 'migrator', used));
  expect(passed.identity?.token.tokenId).toBe('once');
  const again = authenticate(passageOf(trusted, token, 'migrator', used));
  await expect(again).rejects.toMatchObject({ countedAs: 'token_reused' });
  await issuer.close();
});
