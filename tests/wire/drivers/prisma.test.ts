import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDb } from '#lib/db/client';
import { type BothWays, openBothWays, type Way } from '#tests/support/both-ways';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { schemaScript } from '#tests/support/schema-engine';

let ways: BothWays;

beforeAll(async () => {
  ways = await openBothWays();
  // The control database's own schema in the shop: what Prisma has to deal with in earnest.
  const { url, drop }: ControlDatabase = await createControlDatabase();
  const script = await schemaScript(url);
  await drop();
  await ways.both(async (way) => {
    const client = new Client({ connectionString: urlOf(way) });
    await client.connect();
    await client.query(script);
    await client.end();
  });
});

afterAll(() => ways?.close());

function urlOf({ user, password, host, port, database, tls }: Way): string {
  const login = `${user}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${host}:${port}/${database}${tls ? '?sslmode=no-verify' : ''}`;
}

async function same(work: (db: Db) => Promise<unknown>): Promise<unknown> {
  const { direct, gateway } = await ways.both(async (way) => {
    const db = openDb(urlOf(way), 3);
    try {
      return await work(db);
    } finally {
      await db.$disconnect();
    }
  });
  expect(gateway).toEqual(direct);
  return direct;
}

const errorOf = (run: Promise<unknown>) =>
  run.then(
    (value) => ({ value }),
    (error: { code?: string; meta?: unknown; name: string }) => ({ name: error.name, code: error.code }),
  );

const at = new Date('2024-02-29T12:00:00.123Z');
const resource = (id: string) => ({
  id,
  name: id,
  kind: 'postgres',
  environment: 'staging',
  host: 'db.example.com',
  port: 5432,
  credentialSealed: Buffer.from([0, 1, 255]),
  settings: { roles: { '*': 'reader' }, nested: [1, null, 'ü'] },
  createdAt: at,
});

describe('Prisma', () => {
  it('creates, reads with relations, changes and deletes', async () => {
    await same(async (db) => {
      const person = await db.person.create({
        data: {
          id: 'per_1',
          name: 'Grace "Amazing" Hopper ☃',
          createdAt: at,
          roles: { create: [{ role: 'admin', source: 'page' }] },
          accounts: { create: { id: 'acc_1', email: 'grace@example.com', createdAt: at } },
        },
        include: { roles: true, accounts: true },
      });
      await db.resource.createMany({ data: ['res_1', 'res_2', 'res_3'].map(resource) });
      const found = await db.resource.findMany({
        where: { name: { in: ['res_1', 'res_3'] }, settings: { path: ['roles', '*'], equals: 'reader' } },
        include: { owner: true, masks: true, _count: { select: { grants: true } } },
        orderBy: [{ name: 'desc' }],
      });
      const updated = await db.resource.updateManyAndReturn({
        where: { port: { gte: 5000 } },
        data: { port: { increment: 1 }, ownerId: 'per_1' },
      });
      const upserted = await db.resource.upsert({
        where: { name: 'res_3' },
        create: resource('res_4'),
        update: { durability: 'disk' },
        include: { owner: { include: { accounts: true } } },
      });
      const groups = await db.resource.groupBy({
        by: ['durability'],
        _count: true,
        _max: { port: true },
        orderBy: { durability: 'asc' },
      });
      const page = await db.resource.findMany({
        cursor: { id: 'res_2' },
        skip: 1,
        take: 1,
        orderBy: { id: 'asc' },
      });
      const gone = await db.resource.deleteMany({ where: { id: 'res_2' } });
      return { person, found, updated, upserted, groups, page, gone };
    });
  });

  it('has transactions of both kinds and takes them back', async () => {
    await same(async (db) => {
      const both = await db.$transaction([
        db.group.create({ data: { id: 'grp_1', name: 'dba', createdAt: at } }),
        db.group.count(),
      ]);
      const broken = await errorOf(
        db.$transaction(async (tx) => {
          await tx.group.create({ data: { id: 'grp_2', name: 'other' } });
          await tx.group.create({ data: { id: 'grp_3', name: 'dba' } });
        }),
      );
      const serial = await db.$transaction(
        async (tx) =>
          tx.$queryRaw`select current_setting('transaction_isolation') as level, ${'a'}::text as a`,
        { isolationLevel: 'Serializable' },
      );
      return { both, broken, serial, left: await db.group.findMany({ orderBy: { id: 'asc' } }) };
    });
  });

  it('reports errors as it does directly', async () => {
    await same(async (db) => [
      await errorOf(
        db.account.create({ data: { id: 'acc_2', email: 'grace@example.com', personId: 'per_1' } }),
      ),
      await errorOf(db.account.create({ data: { id: 'acc_3', email: 'b@example.com', personId: 'nobody' } })),
      await errorOf(db.person.delete({ where: { id: 'nobody' } })),
      await errorOf(db.$queryRaw`select 1 / ${0}::int4`),
      await errorOf(db.$queryRawUnsafe('selekt 1')),
    ]);
  });

  it('runs many queries side by side', async () => {
    const answer = await same((db) =>
      Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          db.resource.findFirst({ where: { port: { gt: n } }, orderBy: { id: 'asc' } }),
        ),
      ),
    );
    expect(answer).toHaveLength(40);
  });
});
