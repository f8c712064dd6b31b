import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#lib/core/canonical-json';
import { backtestPolicies, publishPolicies } from '#lib/policies/index';
import { actionOf } from '#lib/policies/members';
import { createWorld, job, type World } from '#tests/domain/reviews/world';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;
let world: World;
let sessionId: string;
let seq: number;

beforeEach(async () => {
  control = await createControlDatabase();
  world = await createWorld(control.db);
  const grant = await world.addGrant({ actions: ['read', 'write', 'schema'], scope: ['public.*'] });
  sessionId = await world.addSession({ grantIds: [grant] });
  seq = 0;
});
afterEach(() => control.drop());

interface Ran {
  readonly decision?: string;
  readonly rows?: number | null;
  readonly agoMs?: number;
  readonly session?: string;
  readonly facts?: unknown;
}

/** As a gateway records it. */
async function ran(member: string, table: string, options: Ran = {}): Promise<number> {
  const action = actionOf(member);
  const facts = options.facts ?? {
    tag: member.toUpperCase(),
    requests: [{ action, member, kind: 'table', object: `public.${table}` }],
    attributes: { has_where: true },
    functions: [],
    columns: [],
    outputs: [],
    outputsUnknown: false,
    refusals: [],
    unresolved: [],
  };
  const digest = digestOf(facts as never);
  if (options.facts !== null) {
    const data = [{ digest, facts: facts as object }];
    await world.db.statementFacts.createMany({ data, skipDuplicates: true });
  }
  seq += 1;
  await world.db.statement.create({
    data: {
      sessionId: options.session ?? sessionId,
      seq,
      at: new Date(world.clock.now().getTime() - (options.agoMs ?? 60_000) + seq),
      agentId: world.agentId,
      resourceId: world.resourceId,
      tag: member.toUpperCase(),
      text: `${member} ${table} ${seq}`,
      actions: [action ?? 'read'],
      objects: [`public.${table}`],
      decision: options.decision ?? 'allow',
      outcome: options.decision === 'deny' ? 'refused' : 'completed',
      rows: options.rows === undefined ? 1n : options.rows === null ? null : BigInt(options.rows),
      factsDigest: options.facts === null ? null : digest,
    },
  });
  return seq;
}

const file = (text: string) => [{ name: 'rules.cedar', text }];
const against = (text: string, days = 7) => backtestPolicies(world.as('ada'), { files: file(text), days });
const active = (text: string) => publishPolicies(world.as('ada'), { files: file(text), reason: 'start' });

const holdDeletes = `@id("hold-deletes") @approve("dba") @message("a person looks first")
permit (principal, action == Action::"delete", resource);`;
const noDeletes = `@id("no-deletes") @message("nothing is deleted")
forbid (principal, action == Action::"delete", resource);`;
const noneMatter = `@id("late") @reason("required") permit (principal, action == Action::"truncate", resource);`;

describe('a draft against what was recorded', () => {
  it('finds allow → hold, counts what is equal once, and links the newest', async () => {
    await active(noneMatter);
    await ran('select', 'orders');
    for (let each = 0; each < 5; each += 1) await ran('delete', 'orders');
    await ran('delete', 'items');
    const found = await against(`${noneMatter}\n${holdDeletes}`);
    expect(found).toMatchObject({
      against: 1,
      statements: 7,
      distinct: 3,
      changed: 6,
      unknown: 0,
      cutOff: null,
    });
    expect(found.sentence).toBe('Of 7 statements of the last 7 days, 6 would be decided otherwise.');
    expect(found.changes).toMatchObject([
      {
        from: 'allow',
        to: 'hold',
        policy: { id: 'hold-deletes', kind: 'rule' },
        agent: { name: 'migrator' },
        resource: { name: 'shop' },
        shape: 'DELETE public.orders',
        count: 5,
        text: 'delete orders 6',
        seen: [{ sessionId, seq: 6 }, { seq: 5 }, { seq: 4 }],
      },
      { shape: 'DELETE public.items', count: 1, seen: [{ seq: 7 }] },
    ]);
    expect(found.changes[0]?.message).toContain('a person looks first');
  });

  it('finds allow → deny, and deny → allow by the forbid that is gone', async () => {
    await active(noneMatter);
    await ran('delete', 'orders');
    expect((await against(noDeletes)).changes).toMatchObject([
      { from: 'allow', to: 'deny', policy: { id: 'no-deletes', kind: 'forbid' }, count: 1 },
    ]);
    await active(noDeletes);
    const found = await against(noneMatter);
    expect(found.changes).toMatchObject([
      { from: 'deny', to: 'allow', policy: { id: 'no-deletes', kind: 'forbid' }, message: null },
    ]);
    // It ran before the forbid was published.
    expect(found).toMatchObject({ against: 2, decidedOtherwise: 1 });
  });

  it('finds that a hold asks others', async () => {
    await active(holdDeletes);
    await ran('delete', 'orders', { decision: 'hold' });
    expect((await against(holdDeletes.replace('"dba"', '"security"'))).changes).toMatchObject([
      { from: 'hold', to: 'hold', policy: { id: 'hold-deletes' } },
    ]);
    expect(await against(`${holdDeletes} `)).toMatchObject({ changed: 0, changes: [] });
  });

  it('counts unknown facts and never calls them unchanged', async () => {
    await ran('delete', 'orders', { facts: null });
    await ran('delete', 'orders', { facts: { odd: true } });
    await ran('delete', 'orders');
    const found = await against(noDeletes);
    expect(found).toMatchObject({ against: null, statements: 3, changed: 1, unknown: 2 });
    expect(found.sentence).toContain('2 could not be decided again');
  });

  it('reads the rows of a write and the hour at which it ran, where the draft asks', async () => {
    await active(noneMatter);
    await ran('delete', 'orders', { rows: 10 });
    await ran('delete', 'orders', { rows: 5_000 });
    await ran('delete', 'orders', { rows: null });
    const many = `@id("many") @approve("dba") permit (principal, action == Action::"delete", resource)
      when { context.row_estimate > 1000 };`;
    expect(await against(many)).toMatchObject({ statements: 3, changed: 2 });
    const hour = new Date(world.clock.now().getTime() - 60_000).getUTCHours();
    await ran('delete', 'orders', { rows: 10, agoMs: 5 * 3_600_000 });
    const atNight = `@id("night") forbid (principal, action == Action::"delete", resource)
      when { context.hour == ${hour} };`;
    expect(await against(atNight)).toMatchObject({ statements: 4, changed: 3 });
  });

  it('uses the grants of the session, though they have ended', async () => {
    await ran('delete', 'orders');
    const yesterday = new Date(world.clock.now().getTime() - 86_400_000);
    await world.db.grant.updateMany({ data: { endsAt: yesterday, state: 'ended' } });
    const readOnly = await world.addGrant({ actions: ['read'], scope: ['public.*'] });
    const other = await world.addSession({ grantIds: [readOnly] });
    await ran('delete', 'orders', { session: other, decision: 'deny' });
    const found = await against(noDeletes);
    expect(found).toMatchObject({ statements: 2, changed: 1, decidedOtherwise: 0 });
    expect(found.changes[0]?.seen).toMatchObject([{ sessionId }]);
  });

  it('looks back so far and no farther', async () => {
    await ran('delete', 'orders', { agoMs: 3 * 86_400_000 });
    expect(await against(noDeletes, 2)).toMatchObject({ statements: 0, changed: 0 });
    expect((await against(noDeletes, 2)).sentence).toContain('nothing to test against');
    expect(await against(noDeletes, 4)).toMatchObject({ statements: 1, changed: 1 });
  });

  it('says when rare kinds were left out', async () => {
    await ran('delete', 'orders');
    await world.db.$executeRaw`
      INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
        outcome, policies, grant_ids, facts_digest)
      SELECT s.session_id, 100 + n, s.at, s.agent_id, s.resource_id, 'SELECT', 'x', '{read}', '{}', 'allow',
        'completed', '{}', '{}', 'gone' || n FROM statement s, generate_series(1, 20000) n`;
    const found = await against(noDeletes);
    expect(found.statements).toBe(20_000);
    expect(found.cutOff).toContain('1 statement of rarer kinds was left out');
  });

  it('refuses a draft that could not be published, with each place', async () => {
    await expect(against('permit (principal, action, resource);')).rejects.toMatchObject({
      code: 'invalid',
      details: [{ at: 'rules.cedar:1:1' }],
    });
    await expect(against(noDeletes, 91)).rejects.toMatchObject({ code: 'invalid' });
    await expect(against(noDeletes, 0)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is for those who may list every session', async () => {
    await ran('delete', 'orders');
    expect(await backtestPolicies(world.as('linus'), { files: file(noDeletes), days: 7 })).toMatchObject({
      changed: 1,
    });
    for (const name of ['barbara', 'grace', 'edsger'] as const) {
      await expect(
        backtestPolicies(world.as(name), { files: file(noDeletes), days: 7 }),
      ).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(backtestPolicies(world.by(job), { files: file(noDeletes), days: 7 })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
