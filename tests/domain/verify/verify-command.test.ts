import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { run } from '#bin/verify';
import type { Actor } from '#lib/auth/actor';
import { systemClock } from '#lib/core/clock';
import { appendEntry, entryProof, exportLedger, publishCheckpoint, verifierLine } from '#lib/ledger/index';
import { flipped, makeRecording, signing, statements } from '#tests/domain/recording/fixture';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const folder = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
const ledgerKey = generateKeyPairSync('ed25519');
const pem = signing.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ledgerLine = verifierLine('countersign/test', ledgerKey.publicKey);
let control: ControlDatabase;
let printed = '';

const auditor: Actor = {
  kind: 'person',
  id: 'per_1',
  name: 'Linus',
  email: 'linus@example.com',
  roles: ['auditor'],
  groupIds: [],
};
const asAuditor = () => ({ db: control.db, actor: auditor, clock: systemClock });

beforeAll(async () => {
  control = await createControlDatabase();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await control.drop();
});
beforeEach(() => {
  printed = '';
  const take = (...parts: unknown[]) => {
    printed += `${parts.join(' ')}\n`;
  };
  vi.spyOn(console, 'log').mockImplementation(take);
  vi.spyOn(console, 'error').mockImplementation(take);
  vi.stubEnv('COUNTERSIGN_HOME', join(folder, 'home'));
  vi.stubEnv('COUNTERSIGN_PINNED_KEY', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function file(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a signed recording is intact with the key, however the key is given', async () => {
  const { bytes } = await makeRecording(statements(3, 2), { signingKey: signing.privateKey });
  const path = file('signed.csrec', bytes);
  expect(await run([path, `--key=${pem}`])).toBe(0);
  expect(await run([path, '--key', file('key.pem', pem)])).toBe(0);
  expect(await run([path, '--key', verifierLine('any', signing.publicKey)])).toBe(0);
  vi.stubEnv('COUNTERSIGN_PINNED_KEY', pem);
  expect(await run([path])).toBe(0);
  vi.stubEnv('COUNTERSIGN_PINNED_KEY', '');
  mkdirSync(join(folder, 'home', 'pinned-keys'), { recursive: true });
  const pinned = file('home/pinned-keys/sandbox.pem', pem);
  expect(await run([path])).toBe(0);
  rmSync(pinned);
  expect(printed).toMatch(/^intact .*signed\.csrec/);
});

test('without a known signer it says so, prints the fingerprint and exits 3', async () => {
  const signed = await makeRecording(statements(1, 1), { signingKey: signing.privateKey });
  expect(await run([file('unknown.csrec', signed.bytes)])).toBe(3);
  expect(printed).toMatch(/internally consistent, signer not established/);
  expect(printed).toMatch(/[0-9a-f]{64}/);
  const unsigned = await makeRecording(statements(1, 1));
  expect(await run([file('unsigned.csrec', unsigned.bytes), `--key=${pem}`])).toBe(3);
  expect(printed).toMatch(/Nobody signed this file/);
});

test('damage is named with block and byte, and exits 1', async () => {
  const { bytes, offsets } = await makeRecording(statements(4, 2), { signingKey: signing.privateKey });
  const at = offsets[1] as number;
  expect(await run([file('damaged.csrec', flipped(bytes, at + 70, 2)), `--key=${pem}`])).toBe(1);
  expect(printed).toContain(`block 2, byte ${at}`);
  expect(printed).not.toMatch(/^intact|consistent/m);
  expect(await run([file('first.csrec', flipped(bytes, 0, 0)), `--key=${pem}`])).toBe(1);
  expect(await run([file('cut.csrec', bytes.subarray(0, -1)), `--key=${pem}`])).toBe(1);
  expect(await run([file('empty.csrec', ''), `--key=${pem}`])).toBe(1);
  expect(await run([file('foreign.bin', Buffer.alloc(100, 0xa7)), `--key=${pem}`])).toBe(1);
  expect(printed).toMatch(/neither a recording, an evidence pack nor a ledger export/);
});

test('the ledger closes an unsigned recording, and finds one that was made anew', async () => {
  const made = await makeRecording(statements(2, 1), { sessionId: 'ses_proved' });
  const again = await makeRecording(statements(1, 1), { sessionId: 'ses_proved' });
  await control.db.$transaction((tx) =>
    appendEntry(tx, {
      actor: { kind: 'worker', id: 'wrk_1', name: 'gateway' },
      action: 'session.sealed',
      subject: { kind: 'session', id: 'ses_proved' },
      summary: 'sealed',
      payload: { digest: made.digest },
    }),
  );
  await publishCheckpoint(control.db, ledgerKey.privateKey);
  const sealed = { action: 'session.sealed', subjectId: 'ses_proved' };
  const { id } = await control.db.ledgerEntry.findFirstOrThrow({ where: sealed });
  const proof = file('proof.json', JSON.stringify(await entryProof(asAuditor(), { id })));
  const anyName = ledgerKey.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const path = file('proved.csrec', made.bytes);
  expect(await run([path, `--key=${anyName}`, '--proof', proof])).toBe(0);
  expect(await run([path, '--proof', proof])).toBe(3);
  const other = file('again.csrec', again.bytes);
  expect(await run([other, `--key=${anyName}`, '--proof', proof])).toBe(1);
  expect(printed).toMatch(/another recording of that session/);
  const foreign = file('other-session.csrec', (await makeRecording([], { sessionId: 'ses_x' })).bytes);
  expect(await run([foreign, `--key=${anyName}`, '--proof', proof])).toBe(1);
});

test('a ledger export: intact, damaged, and against checkpoints kept elsewhere', async () => {
  const origin = 'countersign/test';
  const append = () =>
    control.db.$transaction((tx) =>
      appendEntry(tx, {
        actor: { kind: 'job', name: 'test' },
        action: 'worker.event',
        subject: { kind: 'worker', id: 'w' },
        summary: 'it happened',
      }),
    );
  await append();
  const early = await publishCheckpoint(control.db, ledgerKey.privateKey, { origin });
  await append();
  const late = await publishCheckpoint(control.db, ledgerKey.privateKey, { origin });
  let text = '';
  for await (const part of await exportLedger(asAuditor())) text += part;
  const path = file('ledger.jsonl', text);
  const from = file('from.note', early?.note ?? '');
  const to = file('to.note', late?.note ?? '');
  expect(await run([path, '--key', ledgerLine])).toBe(0);
  expect(await run([path, '--key', ledgerLine, '--from', from, '--to', to])).toBe(0);
  expect(printed).toMatch(new RegExp(`begins with the checkpoint of ${early?.size} entries`));
  expect(await run([path])).toBe(3);
  expect(
    await run([file('bad.jsonl', text.replace('it happened', 'it happenec')), '--key', ledgerLine]),
  ).toBe(1);
  expect(printed).toMatch(/line \d+/);
  expect(await run([file('short.jsonl', text.slice(0, -40)), '--key', ledgerLine])).toBe(1);

  const mallory = generateKeyPairSync('ed25519');
  const other = await createControlDatabase();
  await other.db.$transaction((tx) =>
    appendEntry(tx, {
      actor: auditor,
      action: 'worker.event',
      subject: { kind: 'w', id: 'w' },
      summary: 'another history',
    }),
  );
  const foreign = await publishCheckpoint(other.db, mallory.privateKey, { origin });
  await other.drop();
  expect(await run([path, '--key', ledgerLine, '--from', file('foreign.note', foreign?.note ?? '')])).toBe(1);
});

test('wrong usage is said before anything is read', async () => {
  const { bytes } = await makeRecording([]);
  const path = file('usage.csrec', bytes);
  const wrong = [
    [],
    ['a', 'b'],
    [join(folder, 'nowhere.csrec')],
    [path, '--key', 'not a key'],
    [path, '--from', path],
    [path, '--proof', join(folder, 'nowhere.json')],
  ];
  for (const args of wrong)
    await expect(run(args), args.join(' ')).rejects.toMatchObject({ name: 'UsageError' });
  await expect(run([path, '--unknown'])).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
});

test('what a file says of itself can not move the terminal', async () => {
  const { bytes } = await makeRecording([], { sessionId: 'ses_\u001b[2J\u202e' });
  await run([file('hostile.csrec', bytes)]);
  expect(printed).not.toContain('\u001b');
  expect(printed).not.toContain('\u202e');
});
