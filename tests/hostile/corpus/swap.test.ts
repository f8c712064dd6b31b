import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import type { TargetDatabase } from '#tests/support/target-database';
import { createWorld, masks, type World, worlds } from './world.ts';

// Two sessions: one changes what a name means while the other's statement waits for it, decided already.

let world: World;
let target: TargetDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  world = await createWorld('a');
  target = await world.database();
  gateway = await startTestGateway({ target, masks: [...masks], environment: 'development', holdMs: 1 });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
  await world?.drop();
});

const outcome = (client: Client, text: string): Promise<string> =>
  client.query(text).then(
    ({ rows }) => JSON.stringify(rows),
    (error: Error) => error.message,
  );

describe('a name that changes under a statement that waits', () => {
  it.each([
    [
      'a view that is replaced',
      ['CREATE OR REPLACE VIEW shown AS SELECT id, ssn AS name FROM customers WHERE id = 7'],
    ],
    [
      'a view that is made anew',
      ['DROP VIEW shown', 'CREATE VIEW shown AS SELECT id, ssn AS name FROM customers WHERE id = 7'],
    ],
    [
      'a view whose rule is replaced',
      [
        'CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO shown DO INSTEAD SELECT id, ssn AS name FROM customers WHERE id = 7',
      ],
    ],
  ])('shows nothing: %s', async (_name, changes) => {
    const one = await gateway.connect();
    const others = await Promise.all([gateway.connect(), gateway.connect()]);
    await one.query('CREATE OR REPLACE VIEW shown AS SELECT id, name FROM customers WHERE id = 7');
    for (const other of others) await other.query('SELECT name FROM shown');
    await one.query('BEGIN');
    await one.query('LOCK TABLE shown IN ACCESS EXCLUSIVE MODE');
    const said: string[] = [];
    for (const change of changes) said.push(await outcome(one, change));
    const [plain, computed] = others as [Client, Client];
    const waiting = [
      outcome(plain, 'SELECT name FROM shown'),
      outcome(computed, "SELECT name || '' AS x FROM shown"),
    ];
    await new Promise((resolve) => setTimeout(resolve, 300));
    await one.query('COMMIT');
    for (const answer of await Promise.all(waiting)) expect(answer).not.toContain(worlds.a.ssn);
    expect(said.at(-1)).toMatch(/^\[PENDING\] /);
    for (const client of [one, ...others]) await client.end();
  });
});
