import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '#lib/policies/evaluate';
import { covers } from '#lib/policies/grants';
import { memberTable } from '#lib/policies/members';
import { type AccessRequest, actions, type GrantTerms, type ObjectRef } from '#lib/policies/model';
import { asked, policies } from './asked.ts';

const schemas = ['public', 'sales'];
const names = ['orders', 'customers'];
const strictness = { allow: 0, hold: 1, deny: 2 } as const;

const anyObject: fc.Arbitrary<ObjectRef> = fc.oneof(
  fc.constant<ObjectRef>({ kind: 'resource' }),
  fc.record({ kind: fc.constant('schema' as const), schema: fc.constantFrom(...schemas) }),
  fc.record({
    kind: fc.constantFrom('table' as const, 'function' as const),
    schema: fc.constantFrom(...schemas),
    name: fc.constantFrom(...names),
  }),
);
const anyRequest: fc.Arbitrary<AccessRequest> = fc
  .tuple(fc.constantFrom(...memberTable), anyObject)
  .map(([[member, action], object]) => ({ action, member, object }));
const anyGrant: fc.Arbitrary<GrantTerms> = fc.record({
  id: fc.constantFrom('g1', 'g2', 'g3'),
  actions: fc.uniqueArray(fc.constantFrom(...actions), { minLength: 1 }),
  scope: fc.uniqueArray(
    fc.constantFrom('*', 'public.*', 'sales.*', 'public.orders', 'sales.customers', 'odd'),
    {
      minLength: 1,
    },
  ),
  endsAt: fc.constant(null),
});
const anyGrants = fc.uniqueArray(anyGrant, { selector: ({ id }) => id });
const scopeText = fc.constantFrom(
  'action',
  'action in Action::"write"',
  'action in Action::"read"',
  'action == Action::"delete"',
  'action in [Action::"schema", Action::"select"]',
);
const targetText = fc.constantFrom(
  'resource',
  'resource in Schema::"shop.public"',
  'resource in Table::"shop.public.orders"',
  'resource in Resource::"shop"',
  'resource in Resource::"other"',
);
const whenText = fc.constantFrom(
  '',
  'when { context.row_estimate > 10 }',
  'when { context.environment == "staging" }',
);
const anyForbid = fc.tuple(scopeText, targetText, whenText).map((parts) => forbidText(...parts));
const anyRule = fc
  .tuple(
    fc.constantFrom(
      '@approve("dba")',
      '@approve("x") @quorum("2")',
      '@reason("required")',
      '@masked("hold")',
    ),
    scopeText,
    targetText,
    whenText,
  )
  .map(
    ([obligation, action, target, when]) => `${obligation} permit (principal, ${action}, ${target}) ${when};`,
  );
const anySet = fc.array(fc.oneof(anyForbid, anyRule), { maxLength: 4 }).map((parts) => parts.join('\n'));

function forbidText(action: string, target: string, when: string): string {
  return `forbid (principal, ${action}, ${target}) ${when};`;
}

const runs = { numRuns: 60 };
const requests = fc.array(anyRequest, { maxLength: 4 });

describe('laws of combining', () => {
  it('the strictest single answer is the whole answer', () => {
    fc.assert(
      fc.property(
        anySet,
        anyGrants,
        fc.array(anyRequest, { minLength: 1, maxLength: 4 }),
        (text, grants, list) => {
          const set = policies(text);
          const whole = evaluate(set, asked(list, { grants }));
          const single = list.map((one) => strictness[evaluate(set, asked([one], { grants })).outcome]);
          expect(strictness[whole.outcome]).toBe(Math.max(...single));
        },
      ),
      runs,
    );
  });

  it('the order of requests and of grants does not matter', () => {
    fc.assert(
      fc.property(anySet, anyGrants, requests, (text, grants, list) => {
        const set = policies(text);
        const there = evaluate(set, asked(list, { grants }));
        const back = evaluate(set, asked([...list].reverse(), { grants: [...grants].reverse() }));
        expect(back.outcome).toBe(there.outcome);
        expect(back.hold).toEqual(there.hold);
        expect([...back.grantIds].sort()).toEqual([...there.grantIds].sort());
        expect(new Set(back.policies.map(({ id }) => id))).toEqual(
          new Set(there.policies.map(({ id }) => id)),
        );
      }),
      runs,
    );
  });

  it('one more forbid, and one more rule, never makes it milder', () => {
    fc.assert(
      fc.property(anySet, fc.oneof(anyForbid, anyRule), anyGrants, requests, (text, more, grants, list) => {
        const before = evaluate(policies(text), asked(list, { grants }));
        const after = evaluate(policies(`${text}\n${more}`), asked(list, { grants }));
        expect(strictness[after.outcome]).toBeGreaterThanOrEqual(strictness[before.outcome]);
      }),
      runs,
    );
  });

  it('without policies Cedar and covers() agree about every grant', () => {
    const set = policies('');
    fc.assert(
      fc.property(anyGrants, anyRequest, (grants, one) => {
        const decision = evaluate(set, asked([one], { grants }));
        const covering = grants.filter((each) => covers(each, one)).map(({ id }) => id);
        expect(decision.outcome).toBe(covering.length > 0 ? 'allow' : 'deny');
        if (decision.outcome === 'allow') {
          const named = decision.policies.map(({ id }) => id.replace('grant:', ''));
          expect(named.sort()).toEqual([...covering].sort());
        }
      }),
      runs,
    );
  });

  it('is the same each time it is asked', () => {
    fc.assert(
      fc.property(anySet, anyGrants, requests, (text, grants, list) => {
        const set = policies(text);
        const input = asked(list, { grants });
        expect(evaluate(set, input)).toEqual(evaluate(set, input));
      }),
      { numRuns: 20 },
    );
  });
});
