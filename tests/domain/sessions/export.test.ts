import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportStatements, type StatementExport } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld, openTestSession, type PersonName } from '../access-world.ts';

let world: AccessWorld;
let sessionId: string;
const rows = 1_300;
const hostile = `=HYPERLINK("http://evil.example","x"), SELECT "a"`;

beforeAll(async () => {
  world = await createAccessWorld();
  sessionId = await openTestSession(world, [await world.grant()]);
  await world.database.db.$executeRaw`
    INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
      outcome, policies, grant_ids, error_code, error_text)
    SELECT ${sessionId}, n, ${world.clock.now()}::timestamptz - n * interval '1 s', ${world.agentId},
      ${world.resourceId}, CASE WHEN n = 3 THEN 'DELETE' ELSE 'SELECT' END,
      CASE WHEN n = 2 THEN ${hostile} ELSE 'SELECT ' || n END, '{read}', '{public.orders}',
      CASE WHEN n = 3 THEN 'hold' WHEN n = 4 THEN 'deny' ELSE 'allow' END,
      CASE WHEN n = 3 THEN 'pending' WHEN n = 4 THEN 'refused' ELSE 'completed' END, '{rule}', '{}',
      CASE WHEN n = 4 THEN '42501' END, CASE WHEN n = 4 THEN 'denied' END
    FROM generate_series(1, ${rows}) n`;
}, 60_000);
afterAll(() => world.database.drop());

async function exported(input: StatementExport, name: PersonName = 'linus') {
  const { body, ...rest } = await exportStatements(world.by(name), input);
  const pieces: string[] = [];
  for await (const piece of body) pieces.push(piece);
  return { ...rest, pieces, text: pieces.join('') };
}

describe('an export of statements', () => {
  test('as CSV holds every one once, in pieces, and no formula', async () => {
    const { text, pieces, mediaType } = await exported({ format: 'csv', filter: {} });
    expect(mediaType).toBe('text/csv; charset=utf-8');
    expect(text.startsWith('\ufeffat,session_id,seq,')).toBe(true);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(rows + 1);
    expect(new Set(lines.map((line) => line.split(',')[2])).size).toBe(rows + 1);
    expect(pieces.length).toBeGreaterThan(3);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x""), SELECT ""a"""`);
    expect(text).not.toMatch(/[,"]=HYPERLINK/);
  });

  test('as OCSF holds Datastore Activity events with what a SIEM needs', async () => {
    const { text, extension } = await exported({ format: 'ocsf', filter: { sessionId } });
    expect(extension).toBe('jsonl');
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(rows);
    expect(events[0]).toMatchObject({
      category_uid: 6,
      class_uid: 6005,
      activity_id: 4,
      type_uid: 600504,
      status_id: 1,
      disposition_id: 1,
      metadata: { version: '1.8.0', uid: `${sessionId}:1`, product: { name: 'Countersign' } },
      actor: { user: { uid: world.agentId, name: 'migrator' }, session: { uid: sessionId } },
      src_endpoint: { ip: '127.0.0.1' },
      database: { name: 'shop' },
      resources: [{ name: 'public.orders' }],
    });
    expect(events[2]).toMatchObject({
      activity_id: 7,
      type_uid: 600507,
      status: 'Pending',
      disposition: 'Delayed',
    });
    expect(events[3]).toMatchObject({
      status_id: 2,
      status_code: '42501',
      action: 'Denied',
      disposition: 'Blocked',
      severity_id: 3,
      authorizations: [{ decision: 'deny', policy: { name: 'rule' } }],
    });
  });

  test('leaves its entry, with what was asked', async () => {
    const before = (await world.entries('evidence.exported')).length;
    await exportStatements(world.by('linus'), { format: 'csv', filter: { decision: 'deny' } });
    const entries = await world.entries('evidence.exported');
    expect(entries).toHaveLength(before + 1);
    expect(entries.at(-1)).toMatchObject({
      actorName: 'linus',
      payload: { format: 'csv', filter: { decision: 'deny' } },
    });
  });

  test('holds what its person may see, and nothing else', async () => {
    const { text } = await exported({ format: 'ocsf', filter: {} }, 'otto');
    expect(text).toBe('');
    expect((await exported({ format: 'ocsf', filter: { decision: 'hold' } }, 'olga')).text).toContain(
      sessionId,
    );
    const before = (await world.entries('evidence.exported')).length;
    const worker = exportStatements(world.worker(), { format: 'csv', filter: {} });
    await expect(worker).rejects.toMatchObject({ code: 'forbidden' });
    const unseen = exportStatements(world.by('otto'), { format: 'csv', filter: { sessionId } });
    await expect(unseen).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.entries('evidence.exported')).toHaveLength(before);
  });

  test('refuses a format that is not there, and words no index can look up', async () => {
    const format = 'xml' as 'csv';
    await expect(exported({ format, filter: {} })).rejects.toMatchObject({ code: 'invalid' });
    await expect(exported({ format: 'csv', filter: { text: 'a' } })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
