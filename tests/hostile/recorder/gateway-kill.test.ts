import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRecordingFile, verifyRecordingFile } from '#lib/recording/index';
import { clients, startLoad, statementNumber } from './load.ts';
import { createGatewayWorld, type GatewayWorld } from './real-gateway.ts';

// A real gateway is killed at random moments under load; then the target's own log, the recordings,
// the control database and the ledger are compared.

const kills = 3;
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld();
});
afterAll(() => world?.drop());

async function numbersInLog(): Promise<Set<string>> {
  return numbersIn((await world.target.log()).join('\n'));
}

function numbersIn(text: string): Set<string> {
  return new Set(text.match(statementNumber) ?? []);
}

async function until(what: string, condition: () => Promise<boolean>, said = world.said): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 300) throw new Error(`not in time: ${what}\n${said()}\n${world.said()}`);
    await delay(200);
  }
}

/** One life of a gateway under load, with a session that does nothing beside it. */
async function killedUnderLoad(run: number): Promise<void> {
  const before = (await numbersInLog()).size;
  const gateway = await world.start();
  const password = await world.tokens.token('migrator');
  const idle = new Client({
    host: '127.0.0.1',
    port: gateway.port,
    user: 'migrator',
    database: 'shop',
    password,
  });
  idle.on('error', () => {});
  await idle.connect();
  const mode = run % 2 === 0 ? 'simple' : 'prepared';
  const load = await startLoad({ port: gateway.port, password, home: world.home, mode });
  await until('load', async () => (await numbersInLog()).size > before + 20, load.said);
  await delay(randomInt(0, 700));
  await gateway.kill();
  await load.ended;
}

/** A last gateway recovers what the last killed one left; everything is delivered when it ends. */
async function recovered(): Promise<void> {
  const gateway = await world.start();
  const { db } = world.control;
  await until('every session has its recording', async () => {
    const open = await db.session.count({ where: { OR: [{ state: 'live' }, { recording: null }] } });
    return open === 0 && readdirSync(join(world.home, 'spool')).length === 1;
  });
  await gateway.stop();
  await until('the target is idle', async () => {
    const client = new Client({ connectionString: world.target.superuserUrl });
    await client.connect();
    const { rows } = await client.query(
      'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await client.end();
    return rows.length === 0;
  });
}

interface Found {
  readonly intents: Set<string>;
  readonly completed: Set<string>;
  statements: number;
  unknown: number;
  empty: number;
}

/** What one recording says; it must be whole, signed, and the one that the ledger holds. */
async function readRecording(sessionId: string, found: Found): Promise<void> {
  const path = join(world.home, 'recordings', `${sessionId}.csrec`);
  const checked = await verifyRecordingFile(path, [world.publicKey]);
  const { db } = world.control;
  const kept = await db.recording.findUniqueOrThrow({ where: { sessionId } });
  const entry = await db.ledgerEntry.findFirst({ where: { action: 'session.sealed', subjectId: sessionId } });
  expect(checked).toMatchObject({ signer: 'trusted', digest: kept.digest, state: kept.state });
  expect(entry?.payload).toMatchObject({ digest: checked.digest });
  const { reader, close } = await openRecordingFile(path, world.key, kept.wrappedKey);
  const names = new Map<number, string>();
  for await (const { seq, body } of reader.records()) {
    if (body.kind === 'intent') {
      const [name = ''] = numbersIn([body.text, ...(body.parameters ?? [])].join(' '));
      found.statements += 1;
      names.set(seq, name);
      found.intents.add(name);
    } else if (body.kind === 'outcome') {
      if (body.status === 'unknown') found.unknown += 1;
      else if (body.status === 'completed') found.completed.add(names.get(body.of) ?? 'no intent');
    }
  }
  if (names.size === 0) found.empty += 1;
  await close();
}

test('killed again and again under load: the target’s own log and the recordings agree', async () => {
  for (let run = 0; run < kills; run += 1) await killedUnderLoad(run);
  await recovered();
  const { db } = world.control;
  const sessions = await db.session.findMany({ select: { id: true, state: true, statements: true } });
  const found: Found = { intents: new Set(), completed: new Set(), statements: 0, unknown: 0, empty: 0 };
  for (const { id } of sessions) await readRecording(id, found);
  found.intents.delete('');
  found.completed.delete('');

  const log = await numbersInLog();
  expect(log.size).toBeGreaterThan(kills * 20);
  expect([...log].filter((number) => !found.intents.has(number))).toEqual([]);
  expect(found.completed.size).toBeGreaterThan(kills * 10);
  expect([...found.completed].filter((number) => !log.has(number))).toEqual([]);
  expect(found.unknown).toBeLessThanOrEqual(kills * clients);
  // Not forwarded, or on its way when the gateway died: no more than were in flight.
  expect([...found.intents].filter((number) => !log.has(number)).length).toBeLessThanOrEqual(kills * clients);

  expect(sessions.filter(({ state }) => state === 'interrupted').length).toBeGreaterThanOrEqual(kills);
  expect(found.empty).toBeGreaterThanOrEqual(kills);
  expect(sessions.reduce((sum, { statements }) => sum + statements, 0)).toBe(found.statements);
  const rows = await db.statement.count();
  expect(rows).toBeLessThanOrEqual(found.statements);
  expect(rows).toBeGreaterThanOrEqual(found.statements - kills * clients);
}, 120_000);
