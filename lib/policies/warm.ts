import { compilePolicies } from './compile.ts';
import { evaluate } from './evaluate.ts';

const roundsToWarm = 20;

/** Cedar's first answers take some 200 ms: ask a few before anybody waits for one. */
export function warm(): void {
  const policies = compilePolicies([], 0);
  for (let round = 0; round < roundsToWarm; round += 1) {
    evaluate(policies, {
      facts: {
        requests: [
          { action: 'read', member: 'select', object: { kind: 'table', schema: 'public', name: 'warm' } },
        ],
        attributes: {},
        refusals: [],
      },
      agent: { id: 'warm', name: 'warm', groups: [] },
      resource: { id: 'warm', name: 'warm', kind: 'postgres', environment: 'development', masks: [] },
      grants: [{ id: 'warm', actions: ['read'], scope: ['*'], endsAt: null }],
      freezes: [],
      context: { now: new Date(0), purposeTier: null, rowEstimate: null },
    });
  }
}
