import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldClock } from '#lib/core/clock';
import { isCountersignError } from '#lib/core/errors';
import { unseal } from '#lib/core/sealing';
import { applyDeclaration, type Plan, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { createGrant, revokeGrant } from '#lib/grants/index';
import { personActor } from '#lib/people/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const key = { id: 'test', bytes: new Uint8Array(randomBytes(32)) };
const clock = heldClock(new Date('2026-11-24T08:00:00Z'));
let control: ControlDatabase;
let policies: string;

beforeAll(async () => {
  control = await createControlDatabase();
  policies = await readFile('policies/defaults.cedar', 'utf8');
});
afterAll(() => control.drop());

const declared = `
issuers:
  - { name: local, issuer: "http://localhost:4400", audience: countersign }
agents:
  - { name: migrator, owner: ada@example.com, match: { issuer: local, claims: { sub: migrator } } }
resources:
  - name: shop
    kind: postgres
    environment: production
    host: 127.0.0.1
    port: 5432
    database: shop
    user: shop_owner
    password: { env: SHOP_PASSWORD }
    tls: disable
    owner: grace@example.com
    masks:
      - { columns: ["public.customers.email"], mask: partial, lookup: equality }
      - { columns: ["public.customers.ssn", "public.payments.card_number"], mask: fixed }
grants:
  - { agent: migrator, resource: shop, actions: [read, write, schema], on: ["public.*"], reason: "schema migrations", until: 2027-12-31 }
policies:
  - file: policies/defaults.cedar
groups:
  - { name: dba }
people:
  - { email: ada@example.com, roles: [admin] }
  - { email: grace@example.com, roles: [owner, approver], groups: [dba] }
  - { email: linus@example.com, roles: [auditor] }
`;

interface Options {
  readonly as?: string;
  readonly password?: string;
  readonly policies?: string;
  readonly dryRun?: boolean;
  readonly certificateKey?: string;
}

async function apply(text: string, options: Options = {}): Promise<Plan> {
  const file = readDeclaration('access.yaml', text);
  const input = {
    file,
    passwords: new Map([['shop', options.password ?? 'hunter2']]),
    caCertificates: new Map(),
    certificates: new Map(options.certificateKey ? [['shop', 'PEM']] : []),
    certificateKeys: new Map(options.certificateKey ? [['shop', options.certificateKey]] : []),
    policyFiles: file.declaration.policies && [
      { name: 'defaults.cedar', text: options.policies ?? policies },
    ],
    key,
  };
  const context = { db: control.db, clock };
  const applying = { input, as: options.as ?? null };
  const plan = await planDeclaration(context, applying);
  if (!options.dryRun) await applyDeclaration(context, applying, plan);
  return plan;
}

const said = (plan: Plan) => plan.changes.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`);

async function faultsOf(text: string, options: Options = {}): Promise<string[]> {
  try {
    await apply(text, options);
    return [];
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return error.details.length > 0
      ? error.details.map(({ at, message }) => `${at}: ${message}`)
      : [error.message];
  }
}

describe('the first run', () => {
  test('a dry run plans and writes nothing', async () => {
    const plan = await apply(declared, { dryRun: true });
    expect(plan.changes).toHaveLength(12);
    expect(await control.db.person.count()).toBe(0);
    expect(await control.db.ledgerEntry.count()).toBe(0);
  });

  test('needs an admin in the file, and acts as that one only', async () => {
    expect(await faultsOf(declared.replace('[admin]', '[auditor]'))).toEqual([
      expect.stringContaining('There is no admin yet'),
    ]);
    expect(await faultsOf(declared, { as: 'grace@example.com' })).toEqual([
      expect.stringContaining('acts as the file’s first admin'.replace('’', "'")),
    ]);
    expect(await control.db.person.count()).toBe(0);
  });

  test('makes all of it, in the first admin’s name', async () => {
    const plan = await apply(declared);
    expect(said(plan)).toContain('create grant migrator on shop: read, write, schema on public.*');
    const [grant] = await control.db.grant.findMany({
      include: { createdBy: { include: { accounts: true } } },
    });
    expect(grant).toMatchObject({
      state: 'active',
      endsAt: new Date('2028-01-01T00:00:00Z'),
      managedBy: 'apply',
    });
    expect(grant?.createdBy?.accounts[0]?.email).toBe('ada@example.com');
    const shop = await control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    expect(unseal(key, shop.credentialSealed ?? new Uint8Array(), `resource:${shop.id}`).toString()).toBe(
      'hunter2',
    );
    expect(await control.db.mask.count()).toBe(3);
    expect(await control.db.policyVersion.count({ where: { active: true } })).toBe(1);
    const entries = await control.db.ledgerEntry.findMany();
    expect(entries.find(({ action }) => action === 'declaration.applied')?.payload).toMatchObject({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const ada = await control.db.account.findUniqueOrThrow({ where: { email: 'ada@example.com' } });
    expect(entries.every(({ actorId }) => actorId === ada.personId)).toBe(true);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });
});

describe('again', () => {
  test('changes nothing, and says nothing to the ledger', async () => {
    const before = await control.db.ledgerEntry.count();
    const plan = await apply(declared);
    expect(said(plan)).toEqual([]);
    expect(plan.unchanged).toBe(12);
    expect(await control.db.ledgerEntry.count()).toBe(before);
  });

  test('changes what differs', async () => {
    const changed = declared
      .replace('port: 5432', 'port: 5433')
      .replace('mask: partial, lookup: equality', 'mask: fixed')
      .replace('2027-12-31', '2028-06-30')
      .replace('roles: [auditor]', 'roles: [auditor, owner]');
    expect(said(await apply(changed, { password: 'hunter3' }))).toEqual([
      'change person linus@example.com',
      'change resource shop',
      'change mask shop: public.customers.email',
      'change grant migrator on shop: read, write, schema on public.*',
    ]);
    expect(said(await apply(changed, { password: 'hunter3' }))).toEqual([]);
    expect(await control.db.grant.count({ where: { state: 'active' } })).toBe(1);
    expect(await control.db.cut.count()).toBe(0);
    await apply(declared);
  });

  test('options of masks are set, kept, changed and taken back', async () => {
    const with_ = (options: string) =>
      declared.replace('mask: partial, lookup: equality', `mask: partial, lookup: equality, ${options}`);
    const options = async () =>
      (await control.db.mask.findFirstOrThrow({ where: { column: 'public.customers.email' } })).options;
    const changed = ['change mask shop: public.customers.email'];
    const more = with_('style: generic, prefix: 1, suffix: 0, lookups: 20, other_use: hold');
    expect(said(await apply(more))).toEqual(changed);
    expect(await options()).toEqual({
      style: 'generic',
      prefix: 1,
      suffix: 0,
      lookups: 20,
      other_use: 'hold',
    });
    expect(said(await apply(more))).toEqual([]);
    expect(said(await apply(with_('other_use: mask')))).toEqual(changed);
    expect(await options()).toEqual({ other_use: 'mask' });
    expect(said(await apply(declared))).toEqual(changed);
    expect(await options()).toEqual({});
  });

  test('puts an agent into groups and out of them, each with its entry', async () => {
    const inside = declared.replace(
      'claims: { sub: migrator } } }',
      'claims: { sub: migrator } }, groups: [dba] }',
    );
    const entries = () => control.db.ledgerEntry.count({ where: { action: 'group.changed' } });
    const before = await entries();
    expect(said(await apply(inside))).toEqual(['change agent migrator']);
    expect(await control.db.groupAgent.count()).toBe(1);
    expect(said(await apply(inside))).toEqual([]);
    expect(said(await apply(declared))).toEqual(['change agent migrator']);
    expect(await control.db.groupAgent.count()).toBe(0);
    expect(await entries()).toBe(before + 2);
  });

  test('settings and a certificate are set, kept, changed and taken back', async () => {
    const more = declared.replace(
      'port: 5432',
      'port: 5432\n    roles: { migrator: shop_migrator }\n    connections_max: 4\n    function_calls: [large_objects, public.twice]\n    login: entra',
    );
    const shop = () => control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    expect(said(await apply(more, { certificateKey: 'KEY' }))).toEqual(['change resource shop']);
    expect(said(await apply(more, { certificateKey: 'KEY' }))).toEqual([]);
    const { id, settings, tlsCertificate, tlsKeySealed } = await shop();
    expect(settings).toEqual({
      roles: { migrator: 'shop_migrator' },
      connectionsMax: 4,
      functionCalls: ['large_objects', 'public.twice'],
      login: 'entra',
    });
    expect(tlsCertificate).toBe('PEM');
    expect(unseal(key, tlsKeySealed ?? new Uint8Array(), `resource-tls:${id}`).toString()).toBe('KEY');
    expect(said(await apply(more, { certificateKey: 'KEY2' }))).toEqual(['change resource shop']);
    expect(said(await apply(declared))).toEqual(['change resource shop']);
    expect(await shop()).toMatchObject({ settings: {}, tlsCertificate: null });
    expect(said(await apply(declared))).toEqual([]);
  });

  test('a policy text that differs becomes the next version', async () => {
    const next = await apply(declared, { policies: `${policies}\n// changed\n` });
    expect(said(next)).toEqual(['change policies defaults.cedar']);
    expect(await control.db.policyVersion.count({ where: { active: true } })).toBe(1);
    await apply(declared);
  });

  test('ends what it made and no longer finds, cuts it, and brings it back when named again', async () => {
    const without = declared
      .replace(/^ {2}- \{ name: migrator.*\n/m, '')
      .replace(/^ {2}- \{ agent: migrator.*\n/m, '');
    expect(said(await apply(without))).toEqual([
      'end grant migrator on shop: read, write, schema on public.*',
      'end agent migrator',
    ]);
    expect(await control.db.grant.count({ where: { state: 'active' } })).toBe(0);
    expect(await control.db.cut.count()).toBeGreaterThan(0);
    expect(said(await apply(without))).toEqual([]);
    expect(said(await apply(declared))).toEqual([
      'change agent migrator',
      'create grant migrator on shop: read, write, schema on public.*',
    ]);
  });

  test('what people made is listed and left alone', async () => {
    const ada = await actorOf('ada@example.com');
    const agent = await control.db.agent.findUniqueOrThrow({ where: { name: 'migrator' } });
    const shop = await control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    const { id } = await createGrant(
      { db: control.db, clock, actor: ada },
      {
        agentId: agent.id,
        resourceId: shop.id,
        actions: ['execute'],
        scope: ['app.*'],
        reason: 'x',
        endsAt: null,
      },
    );
    const plan = await apply(declared);
    expect(said(plan)).toEqual([]);
    expect(plan.untouched).toEqual([{ kind: 'grant', name: 'migrator on shop: execute on app.*' }]);
    expect((await control.db.grant.findUniqueOrThrow({ where: { id } })).state).toBe('active');
  });

  test('a grant that a person revoked comes back, and that is said', async () => {
    const ada = await actorOf('ada@example.com');
    const grant = await control.db.grant.findFirstOrThrow({ where: { state: 'active', managedBy: 'apply' } });
    await revokeGrant({ db: control.db, clock, actor: ada }, { grantId: grant.id, reason: 'not used' });
    const plan = await apply(declared);
    expect(plan.changes).toEqual([
      expect.objectContaining({ operation: 'create', kind: 'grant', note: 'Ada revoked it: not used' }),
    ]);
  });

  test('a grant past its end is not made', async () => {
    const past = declared.replace('2027-12-31', '2026-11-23');
    expect(said(await apply(past))).toEqual(['end grant migrator on shop: read, write, schema on public.*']);
    expect(said(await apply(past))).toEqual([]);
    await apply(declared);
  });
});

describe('who may', () => {
  test('--as an admin; nobody else', async () => {
    expect(await faultsOf(`${declared}# changed\n`, { as: 'ADA@example.com' })).toEqual([]);
    for (const as of ['grace@example.com', 'nobody@example.com']) {
      expect(await faultsOf(declared, { as })).toEqual([`${as} is no admin here. Say another: --as EMAIL.`]);
    }
  });

  test('the last admin stays', async () => {
    const without = declared
      .replace('ada@example.com, roles: [admin]', 'ada@example.com, roles: [auditor]')
      .replace('linus@example.com, roles: [auditor]', 'linus@example.com, roles: []');
    expect(await faultsOf(without, { as: 'ada@example.com' })).toEqual([
      'Somebody must stay admin. Give the role to another person first.',
    ]);
    expect((await actorOf('ada@example.com')).roles).toEqual(['admin']);
  });
});

describe('refused, with the place, and nothing written', () => {
  test.each([
    [
      'a dangling owner',
      declared.replace('owner: ada@', 'owner: adam@'),
      'access.yaml:5:30: there is no person adam@example.com',
    ],
    [
      'a dangling issuer',
      declared.replace('issuer: local, claims', 'issuer: lokal, claims'),
      'access.yaml:5:64: there is no issuer lokal',
    ],
    [
      'a dangling agent',
      declared.replace('agent: migrator', 'agent: migrant'),
      'access.yaml:21:14: there is no agent migrant',
    ],
    [
      'a dangling resource',
      declared.replace('resource: shop,', 'resource: shoe,'),
      'access.yaml:21:34: there is no resource shoe',
    ],
    [
      'a dangling group',
      declared.replace('groups: [dba]', 'groups: [dbb]'),
      'access.yaml:28:68: there is no group dbb',
    ],
    [
      'a name that stands twice',
      declared.replace('  - { name: dba }', '  - { name: dba }\n  - { name: dba }'),
      'access.yaml:26:13: dba stands here twice',
    ],
    [
      'a column that is masked twice',
      declared.replace('"public.payments.card_number"', '"public.customers.email"'),
      'access.yaml:19:45: public.customers.email is masked twice',
    ],
    [
      'an option of another mask',
      declared.replace('mask: fixed }', 'mask: fixed, bucket: month }'),
      'access.yaml:19:98: bucket: says nothing with the mask fixed; it belongs to generalise',
    ],
    [
      'a limit of lookups without lookups',
      declared.replace('lookup: equality', 'lookups: 5'),
      'access.yaml:18:72: lookups: says nothing without lookup: equality',
    ],
    [
      'a use that nobody knows',
      declared.replace('mask: fixed }', 'mask: fixed, other_use: allow }'),
      expect.stringContaining('access.yaml:19:101: other_use: '),
    ],
    [
      'a fixed text that would not be known again',
      declared.replace('mask: fixed }', 'mask: fixed, to: "a,b" }'),
      expect.stringContaining('access.yaml:19:94: to: letters, digits'),
    ],
    [
      'a step of one',
      declared.replace('mask: fixed }', 'mask: generalise, bucket: 1 }'),
      expect.stringContaining('access.yaml:19:103: bucket'),
    ],
    [
      'another kind',
      declared.replace('kind: postgres', 'kind: ssh'),
      "access.yaml:8:11: shop is postgres; a kind can't be changed",
    ],
    ['broken Cedar', declared, expect.stringMatching(/^defaults\.cedar:1:\d+/), 'permit (principal'],
  ])('%s', async (_, text, expected, cedar?) => {
    const before = await control.db.ledgerEntry.count();
    const found = await faultsOf(text, cedar ? { policies: cedar } : {});
    expect(found).toContainEqual(expected);
    expect(await control.db.ledgerEntry.count()).toBe(before);
  });

  test('a plan that no longer holds', async () => {
    const changed = declared.replace('port: 5432', 'port: 6000');
    const file = readDeclaration('access.yaml', changed);
    const input = { file, passwords: new Map(), caCertificates: new Map(), policyFiles: undefined, key };
    const context = { db: control.db, clock };
    const plan = await planDeclaration(context, { input, as: null });
    await applyDeclaration(context, { input, as: null }, plan);
    await expect(applyDeclaration(context, { input, as: null }, plan)).rejects.toMatchObject({
      code: 'conflict',
    });
    await apply(declared);
  });

  test('two runs at once: one applies, the other is told', async () => {
    const changed = declared.replace('port: 5432', 'port: 7000');
    const results = await Promise.allSettled([apply(changed), apply(changed)]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const entries = await control.db.ledgerEntry.findMany({ where: { action: 'resource.changed' } });
    const toSeven = entries.filter(({ payload }) => JSON.stringify(payload).includes('"port":7000'));
    expect(
      toSeven.filter(({ payload }) => JSON.stringify(payload).match(/"change":\{[^}]*"port":7000/)),
    ).toHaveLength(1);
  });
});

async function actorOf(email: string) {
  const { personId } = await control.db.account.findUniqueOrThrow({ where: { email } });
  const actor = await personActor({ db: control.db }, personId);
  if (actor === null) throw new Error(`${email} is not here`);
  return actor;
}
