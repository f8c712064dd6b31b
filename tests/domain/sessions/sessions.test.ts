import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSealingKey } from '#lib/core/sealing-key';
import {
  closeSession,
  endSession,
  listSessions,
  listStatements,
  liveSessions,
  openRecording,
  recordingSealed,
} from '#lib/sessions/index';
import { openImporter } from '#lib/usage/index';
import { intent, makeRecording, outcome } from '#tests/domain/recording/fixture';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
let grantId: string;
let directory: string;
const secret = randomBytes(32);
const key = { id: readSealingKey(secret.toString('base64')).id, bytes: secret };
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant(['read'], ['public.*']);
  directory = await mkdtemp(join(tmpdir(), 'countersign-sessions-'));
});
afterAll(async () => {
  await world.database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function endedSession(): Promise<string> {
  const id = await openTestSession(world, [grantId]);
  await closeSession(world.worker(), {
    id,
    state: 'closed',
    reason: 'done',
    endedAt: world.clock.now(),
    statements: 1,
    allowed: 0,
    held: 0,
    denied: 1,
    rowsOut: 0,
    bytesOut: 0,
    maskedFields: 0,
  });
  return id;
}

describe('listSessions', () => {
  test('pages by time without gap or twin, also where moments are equal', async () => {
    for (let i = 0; i < 7; i += 1) {
      await openTestSession(world, [grantId]);
      if (i % 3 === 0) world.clock.advance(1_000);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listSessions(world.by('ada'), { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.rows.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  test('filters by state, decision, agent, resource, purpose and time', async () => {
    const id = await endedSession();
    const { agentId, resourceId } = world;
    const filter = { state: 'closed', decision: 'deny', agentId, resourceId, purpose: 'ORDERS' } as const;
    expect((await listSessions(world.by('ada'), filter)).rows.map((row) => row.id)).toEqual([id]);
    expect((await listSessions(world.by('ada'), { ...filter, decision: 'hold' })).rows).toEqual([]);
    expect((await listSessions(world.by('ada'), { to: new Date(0) })).rows).toEqual([]);
    expect((await liveSessions(world.by('ada'))).map((row) => row.id)).not.toContain(id);
  });
});

test('endSession: once it has ended it is a conflict', async () => {
  const id = await openTestSession(world, [grantId]);
  await endSession(world.by('olga'), { sessionId: id, reason: 'odd' });
  expect(await world.entries('session.ended-by-person', id)).toHaveLength(1);
  const ended = await endedSession();
  await expect(endSession(world.by('ada'), { sessionId: ended, reason: 'x' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(endSession(world.by('ada'), { sessionId: id, reason: ' ' })).rejects.toMatchObject({
    code: 'invalid',
  });
});

describe('listStatements', () => {
  test('searches text as text, newest first, in pages', async () => {
    const importer = openImporter(world.database.url);
    const id = await openTestSession(world, [grantId]);
    const texts = [
      'SELECT 100% FROM a_b',
      'SELECT 1000 FROM axb',
      "SELECT 'x' OR 1=1 --",
      'SELECT \\ FROM c',
    ];
    await importer.importStatements({
      rows: texts.map((text, index) => ({
        sessionId: id,
        seq: index + 1,
        at: new Date(world.clock.now().getTime() + Math.floor(index / 2)),
        agentId: world.agentId,
        resourceId: world.resourceId,
        tag: 'SELECT',
        text,
        actions: ['read'],
        objects: [`public.t${index}`],
        permissions: [],
        decision: 'allow' as const,
        outcome: 'completed' as const,
        policies: [],
        grantIds: [grantId],
        ticket: null,
        errorCode: null,
        errorText: null,
        rows: 0,
        bytesOut: 0,
        maskedFields: 0,
        durationUs: 0,
        factsDigest: 'f',
      })),
      facts: [],
    });
    await importer.close();
    const search = async (text: string) =>
      (await listStatements(world.by('ada'), { text })).rows.map((row) => row.text);
    expect(await search('100%')).toEqual([texts[0]]);
    expect(await search('from a_b')).toEqual([texts[0]]);
    expect(await search(`"SELECT 'x' or"`)).toEqual([texts[2]]);
    expect(await search('from \\')).toEqual([texts[3]]);
    expect((await listStatements(world.by('ada'), { object: 'public.t1' })).rows).toHaveLength(1);
    expect((await listStatements(world.by('ada'), { grantId })).rows).toHaveLength(4);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listStatements(world.by('ada'), { limit: 1, ...(cursor ? { cursor } : {}) });
      seen.push(...page.rows.map((row) => row.text));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(texts.toReversed());
    const inside = await listStatements(world.by('ada'), { sessionId: id, limit: 3 });
    expect(inside.rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const rest = await listStatements(world.by('ada'), {
      sessionId: id,
      limit: 3,
      cursor: inside.next ?? '',
    });
    expect(rest.rows.map(({ seq }) => seq)).toEqual([4]);
  });
});

describe('openRecording', () => {
  const open = (name: 'ada' | 'linus' | 'bob', sessionId: string, from = 1) =>
    openRecording(world.by(name), { sessionId, from, limit: 2 }, { directory, key });

  async function recorded(): Promise<string> {
    const id = await endedSession();
    const path = join(directory, `${id}.csrec`);
    const { bytes, digest } = await makeRecording([[intent('SELECT 1'), outcome(1)], [intent('SELECT 2')]], {
      sessionId: id,
      sealingKey: key,
    });
    await writeFile(path, bytes);
    await recordingSealed(world.worker(), {
      sessionId: id,
      path,
      bytes: bytes.length,
      records: 3,
      blocks: 3,
      digest,
      state: 'sealed',
      sealedAt: world.clock.now(),
    });
    return id;
  }

  test('reads pages; one entry for each person, session and hour', async () => {
    const id = await recorded();
    const first = await open('ada', id);
    expect(first.records.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(first.next).toBe(3);
    expect((await open('ada', id, 3)).next).toBeNull();
    await open('linus', id);
    expect(await world.entries('recording.opened', id)).toHaveLength(2);
    world.clock.advance(3_600_000);
    await open('ada', id);
    expect(await world.entries('recording.opened', id)).toHaveLength(3);
  });

  test('not by who may not, and then no entry', async () => {
    const id = await recorded();
    await expect(open('bob', id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.entries('recording.opened', id)).toHaveLength(0);
  });

  test('not while the session runs', async () => {
    const id = await openTestSession(world, [grantId]);
    await expect(open('ada', id)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a file that is missing, damaged or another session’s is said to be so', async () => {
    const [one, two] = [await recorded(), await recorded()];
    const { copyFile } = await import('node:fs/promises');
    await copyFile(join(directory, `${two}.csrec`), join(directory, `${one}.csrec`));
    await expect(open('ada', one)).rejects.toMatchObject({ code: 'integrity' });
    await writeFile(join(directory, `${one}.csrec`), 'garbage');
    await expect(open('ada', one)).rejects.toMatchObject({ code: 'integrity' });
    await rm(join(directory, `${one}.csrec`));
    await expect(open('ada', one)).rejects.toMatchObject({ code: 'integrity' });
  });
});
