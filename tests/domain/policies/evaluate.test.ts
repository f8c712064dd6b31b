import { describe, expect, it } from 'vitest';
import { evaluate } from '#lib/policies/evaluate';
import { asked, fn, grant, now, policies, request, table, wholeResource } from './asked.ts';

const none = policies('');
const read = request('select', table('orders'));
const remove = request('delete', table('orders'));

describe('access comes from grants only', () => {
  it('allows what a grant covers, and names the grant', () => {
    const decision = evaluate(none, asked([read]));
    expect(decision).toMatchObject({ outcome: 'allow', grantIds: ['gnt_1'], message: null, hold: null });
    expect(decision.policies).toEqual([{ id: 'grant:gnt_1', kind: 'grant' }]);
  });

  it('denies without a grant, and says which one is missing', () => {
    const held = grant({ actions: ['read'], scope: ['public.*'] });
    const decision = evaluate(none, asked([remove], { grants: [held] }));
    expect(decision.outcome).toBe('deny');
    expect(decision.message).toContain('DELETE on public.orders');
    expect(decision.message).toContain('migrator');
    expect(decision.hint).toContain('It holds read on public.*');
    expect(decision.hint).toContain('"write" on public.orders');
  });

  it('denies everything, even nothing, when no grant is live', () => {
    for (const grants of [[], [grant({ endsAt: now })]]) {
      expect(evaluate(none, asked([], { grants })).outcome).toBe('deny');
      expect(evaluate(none, asked([read], { grants })).outcome).toBe('deny');
    }
  });

  it('never counts an ended grant beside a live one', () => {
    const ended = grant({ id: 'gnt_old', endsAt: new Date(now.getTime() - 1) });
    const narrow = grant({ actions: ['read'] });
    const decision = evaluate(none, asked([remove], { grants: [ended, narrow] }));
    expect(decision).toMatchObject({ outcome: 'deny', grantIds: [] });
  });

  it('keeps schemas, tables and functions of a scope apart', () => {
    const grants = [grant({ scope: ['public.orders', 'sales.*'] })];
    const outcome = (object: Parameters<typeof request>[1], member = 'select') =>
      evaluate(none, asked([request(member, object)], { grants })).outcome;
    expect(outcome(table('orders'))).toBe('allow');
    expect(outcome(table('orders2'))).toBe('deny');
    expect(outcome(table('orders', 'Public'))).toBe('deny');
    expect(outcome(table('any', 'sales'))).toBe('allow');
    expect(outcome({ kind: 'schema', schema: 'sales' }, 'create_table')).toBe('allow');
    expect(outcome({ kind: 'schema', schema: 'public' }, 'create_table')).toBe('deny');
    expect(outcome(wholeResource, 'create_database')).toBe('deny');
    expect(outcome(fn('orders'), 'call_function')).toBe('allow');
  });

  it('is not fooled by dots in names', () => {
    const grants = [grant({ scope: ['public.orders', '"a.b".c'] })];
    expect(evaluate(none, asked([request('select', table('b.c', 'a'))], { grants })).outcome).toBe('deny');
    expect(evaluate(none, asked([request('select', table('c', 'a.b'))], { grants })).outcome).toBe('allow');
  });

  it('gives grants that alone cover every request', () => {
    const grants = [
      grant({ id: 'all' }),
      grant({ id: 'reads', actions: ['read'] }),
      grant({ id: 'writes', actions: ['write'] }),
    ];
    expect(evaluate(none, asked([read, remove], { grants })).grantIds).toEqual(['all']);
    const split = evaluate(none, asked([read, remove], { grants: grants.slice(1) }));
    expect(split).toMatchObject({ outcome: 'allow', grantIds: [] });
  });
});

describe('members', () => {
  it('denies one that nobody knows, and one under the wrong action', () => {
    const object = table('orders');
    const strange = evaluate(none, asked([{ action: 'read', member: 'peek', object }]));
    expect(strange).toMatchObject({ outcome: 'deny' });
    expect(evaluate(none, asked([{ action: 'read', member: 'delete', object }])).outcome).toBe('deny');
    expect(evaluate(none, asked([{ action: 'read', member: 'read', object }])).outcome).toBe('deny');
  });
});

describe('the catalog', () => {
  const grants = [grant({ actions: ['read'], scope: ['public.*'] })];
  const outcome = (object: Parameters<typeof request>[1], member = 'select', harmless = false) =>
    evaluate(
      none,
      asked([request(member, object)], {
        grants,
        facts: { functions: [{ schema: 'pg_catalog', name: 'now', volatility: 'stable', harmless }] },
      }),
    ).outcome;

  it('may be read where tools need it, by an agent that has any grant', () => {
    expect(outcome(table('pg_class', 'pg_catalog'))).toBe('allow');
    expect(outcome(table('columns', 'information_schema'))).toBe('allow');
  });

  it('shows no values, texts or passwords, and no namesake in another schema', () => {
    for (const name of ['pg_stats', 'pg_statistic', 'pg_stat_activity', 'pg_authid', 'pg_shadow']) {
      expect(outcome(table(name, 'pg_catalog'))).toBe('deny');
    }
    expect(outcome(table('pg_class', 'private'))).toBe('deny');
    expect(outcome(table('pg_class', 'pg_catalog'), 'delete')).toBe('deny');
  });

  it('lets harmless functions be called and no others', () => {
    expect(outcome(fn('now', 'pg_catalog'), 'call_function', true)).toBe('allow');
    expect(outcome(fn('now', 'pg_catalog'), 'call_function', false)).toBe('deny');
    expect(outcome(fn('now', 'public'), 'call_function', true)).toBe('deny');
  });
});

describe('rules and forbids', () => {
  it('holds with the strictest of several rules', () => {
    const set = policies(`
      @id("a") @approve("dba") @quorum("2") @ttl("60m") @repeat
      permit (principal, action in Action::"write", resource);
      @id("b") @approve("security, dba") @ttl("90s") @message("deleting needs care") @hint("mark it instead")
      permit (principal, action == Action::"delete", resource);`);
    const decision = evaluate(set, asked([read, remove]));
    expect(decision.outcome).toBe('hold');
    expect(decision.hold).toEqual({ groups: ['dba', 'security'], quorum: 2, ttlSeconds: 90, repeat: false });
    expect(decision.policies.map(({ id }) => id)).toEqual(['a', 'b', 'grant:gnt_1']);
    expect(decision.message).toContain(
      'DELETE on public.orders needs approval by 2 people of dba and security',
    );
  });

  it('lets a rule give no access', () => {
    const set = policies('@approve("dba") permit (principal, action, resource);');
    const grants = [grant({ actions: ['read'] })];
    expect(evaluate(set, asked([remove], { grants })).outcome).toBe('deny');
  });

  it('denies before it holds, with the forbid’s words', () => {
    const set = policies(`
      @approve("dba") permit (principal, action, resource);
      @id("no-delete") @message("rows stay") @hint("set status instead")
      forbid (principal in Group::"builders", action == Action::"delete", resource in Table::"shop.public.orders");`);
    const decision = evaluate(set, asked([read, remove]));
    expect(decision).toMatchObject({ outcome: 'deny', hint: 'set status instead', hold: null });
    expect(decision.policies).toEqual([{ id: 'no-delete', kind: 'forbid' }]);
    expect(decision.message).toBe('DELETE on public.orders is denied by policy "no-delete": rows stay');
    const other = asked([remove], { agent: { id: 'agt_2', name: 'reporter', groups: [] } });
    expect(evaluate(set, other).outcome).toBe('hold');
  });

  it('requires a purpose where a rule says so', () => {
    const set = policies(
      '@id("why") @reason("required") permit (principal, action in Action::"write", resource);',
    );
    const without = evaluate(set, asked([remove]));
    expect(without).toMatchObject({ outcome: 'deny' });
    expect(without.hint).toContain('countersign.purpose');
    const withOne = evaluate(set, asked([remove], { context: { purposeTier: 'claimed' } }));
    expect(withOne).toMatchObject({ outcome: 'allow' });
    expect(withOne.policies).toContainEqual({ id: 'why', kind: 'rule' });
  });

  it('denies when a policy fails while it is evaluated', () => {
    const set = policies(
      '@id("sum") @approve("x") permit (principal, action, resource) when { context.row_estimate + 9223372036854775807 > 1 };',
    );
    const decision = evaluate(set, asked([read]));
    expect(decision.outcome).toBe('deny');
    expect(decision.message).toContain('"sum"');
  });

  it('takes an unknown row estimate for more than any limit, and a counted one as it is', () => {
    const set = policies(
      '@approve("dba") permit (principal, action, resource) when { context.row_estimate > 1000 };',
    );
    const outcome = (rowEstimate: number | null, rows_known?: number) =>
      evaluate(
        set,
        asked([remove], {
          context: { rowEstimate },
          facts: { attributes: rows_known === undefined ? {} : { rows_known } },
        }),
      ).outcome;
    expect(outcome(null)).toBe('hold');
    expect(outcome(1000)).toBe('allow');
    expect(outcome(1000.2)).toBe('hold');
    expect(outcome(Number.NaN)).toBe('hold');
    expect(outcome(null, 3)).toBe('allow');
    expect(outcome(null, -1)).toBe('hold');
    expect(outcome(2000, 3)).toBe('hold');
  });

  it('ignores attributes that nobody declared or of a wrong type', () => {
    const set = policies(
      '@approve("dba") permit (principal, action, resource) unless { context.facts.has_where };',
    );
    const facts = (attributes: Record<string, boolean | number | string>) => ({ facts: { attributes } });
    expect(evaluate(set, asked([remove], facts({ has_where: true, nonsense: 'x' }))).outcome).toBe('allow');
    expect(evaluate(set, asked([remove], facts({ has_where: 'true' }))).outcome).toBe('hold');
  });

  it('knows when a decision depends on time or the estimate', () => {
    const set = policies(`
      @approve("dba") permit (principal, action == Action::"delete", resource) when { context.row_estimate > 5 };
      @id("night") forbid (principal, action == Action::"update", resource) when { context.hour < 6 };
      forbid (principal == Agent::"other", action, resource) when { context.weekday == "Sunday" };`);
    expect(evaluate(set, asked([read])).volatile).toBe(false);
    expect(evaluate(set, asked([remove]))).toMatchObject({ volatile: true, reads: ['estimate'] });
    expect(evaluate(set, asked([request('update', table('orders'))])).volatile).toBe(true);
    const night = { context: { now: new Date('2026-11-24T03:00:00Z') } };
    expect(evaluate(set, asked([request('update', table('orders'))], night)).outcome).toBe('deny');
  });
});

describe('refusals, freezes and ends', () => {
  it('refuses a statement that asks for more than can be decided at once', () => {
    const many = Array.from({ length: 501 }, (_, index) => request('select', table(`t${index}`)));
    expect(evaluate(none, asked(many))).toMatchObject({ outcome: 'deny' });
    expect(evaluate(none, asked(many)).message).toContain('501');
    expect(evaluate(none, asked(many.slice(0, 20))).outcome).toBe('allow');
  });

  it('denies with the refusal’s own words', () => {
    const facts = { refusals: [{ message: 'session_replication_role is pinned', hint: 'leave it out' }] };
    expect(evaluate(none, asked([read], { facts }))).toMatchObject({
      outcome: 'deny',
      message: 'session_replication_role is pinned',
      hint: 'leave it out',
    });
  });

  it('lets only reads run in a freeze, but for named agents, in that environment, in its time', () => {
    const freeze = {
      id: 'frz_1',
      environment: 'production',
      reason: 'year end',
      startsAt: now,
      endsAt: new Date(now.getTime() + 60_000),
      exceptions: ['triage'],
    };
    const frozen = (changes: Parameters<typeof asked>[1], requests = [remove]) =>
      evaluate(none, asked(requests, { freezes: [freeze], ...changes }));
    expect(frozen({})).toMatchObject({ outcome: 'deny', policies: [{ id: 'freeze:frz_1', kind: 'forbid' }] });
    expect(frozen({}).message).toContain('year end');
    expect(frozen({}, [read]).outcome).toBe('allow');
    expect(frozen({ agent: { id: 'a', name: 'triage', groups: [] } }).outcome).toBe('allow');
    expect(frozen({ resource: { environment: 'staging' } }).outcome).toBe('allow');
    expect(frozen({ context: { now: freeze.endsAt } }).outcome).toBe('allow');
    expect(frozen({ context: { now: new Date(now.getTime() - 1) } })).toMatchObject({
      outcome: 'allow',
      validUntil: now,
    });
  });

  it('is valid until the first grant ends', () => {
    const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    const grants = [grant({ endsAt: at(30) }), grant({ id: 'b', endsAt: at(10) }), grant({ id: 'c' })];
    expect(evaluate(none, asked([read], { grants })).validUntil).toEqual(at(10));
  });
});
