import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { envelopeLeaf } from '#lib/ledger/envelope';
import { appendEntry, defaultOrigin, publishCheckpoint, verifyLedger } from '#lib/ledger/index';
import { Frontier } from '#lib/ledger/merkle';
import { readEntries } from '#lib/ledger/read-entries';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const { privateKey } = generateKeyPairSync('ed25519');
const tables = ['ledger_entry', 'ledger_leaf', 'ledger_node', 'ledger_checkpoint'];
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  ends.push(() => client.end());
  return client;
}

function append(control: ControlDatabase, count: number, at = new Date()) {
  return control.db.$transaction(async (tx) => {
    const ids: string[] = [];
    for (let place = 0; place < count; place += 1) {
      ids.push(
        await appendEntry(tx, {
          actor: { kind: 'job', name: 'test' },
          action: 'grant.created',
          subject: { kind: 'grant', id: `gnt_${place}` },
          summary: `grant ${place} was created`,
          payload: { place },
          at,
        }),
      );
    }
    return ids;
  });
}

/** 40 entries with checkpoints of 30 and 40; the owner's triggers are off. `kept` is held elsewhere. */
async function attacked() {
  const control = await createControlDatabase();
  ends.push(() => control.drop());
  await append(control, 30);
  const kept = (await publishCheckpoint(control.db, privateKey))?.note ?? '';
  await append(control, 10);
  await publishCheckpoint(control.db, privateKey);
  const owner = await connected(control.ownerUrl);
  for (const table of tables) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  return { control, owner, kept };
}

/** What an owner can do who knows the format: make leaves and subtrees fit the entries again. */
async function rebuildTree(control: ControlDatabase, owner: Client): Promise<void> {
  const frontier = new Frontier();
  for await (const page of readEntries(control.db)) {
    for (const entry of page) {
      const leaf = envelopeLeaf(entry);
      await owner.query('UPDATE ledger_leaf SET hash = $1 WHERE position = $2', [leaf, entry.position]);
      for (const node of frontier.append(leaf)) {
        await owner.query('UPDATE ledger_node SET hash = $1 WHERE level = $2 AND index = $3', [
          node.hash,
          node.level,
          node.index,
        ]);
      }
    }
  }
}

test('the run-time login can neither change nor remove evidence', async () => {
  const control = await createControlDatabase();
  ends.push(() => control.drop());
  await append(control, 3);
  await publishCheckpoint(control.db, privateKey);
  const runtime = await connected(control.url);
  const attempts = [
    ...tables.flatMap((table) => [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]),
    "UPDATE ledger_entry SET summary = 'x'",
    'UPDATE ledger_entry SET payload = NULL',
    "UPDATE ledger_leaf SET hash = ''",
    "UPDATE ledger_node SET hash = ''",
    "UPDATE ledger_checkpoint SET note = ''",
    "INSERT INTO ledger_unsequenced VALUES ('x')",
    'ALTER TABLE ledger_entry DISABLE TRIGGER ALL',
    'DROP TRIGGER only_forget ON ledger_entry',
    "SET session_replication_role = 'replica'",
  ];
  for (const attempt of attempts) {
    await expect(runtime.query(attempt), attempt).rejects.toMatchObject({ code: '42501' });
  }
});

test("triggers stop the owner's plain statements too", async () => {
  const control = await createControlDatabase();
  ends.push(() => control.drop());
  await append(control, 3);
  await publishCheckpoint(control.db, privateKey);
  const owner = await connected(control.ownerUrl);
  for (const table of tables)
    await expect(owner.query(`DELETE FROM ${table}`), table).rejects.toThrow(/append-only/);
  await expect(owner.query("UPDATE ledger_entry SET summary = 'x'")).rejects.toThrow(/append-only/);
});

test.each([
  ['a summary', "UPDATE ledger_entry SET summary = 'nothing happened' WHERE id = $1"],
  ['an actor', "UPDATE ledger_entry SET actor_name = 'Grace' WHERE id = $1"],
  ['a time', "UPDATE ledger_entry SET at = at + interval '1 ms' WHERE id = $1"],
  ['a payload', `UPDATE ledger_entry SET payload = '{"place": 99}' WHERE id = $1`],
  ['a leaf', "UPDATE ledger_leaf SET hash = sha256('x') WHERE entry_id = $1"],
])("an owner's change of %s is found at its place", async (_what, sql) => {
  const { control, owner } = await attacked();
  const { entryId } = await control.db.ledgerLeaf.findUniqueOrThrow({ where: { position: 12n } });
  await owner.query(sql, [entryId]);
  const found = await verifyLedger(control.db);
  expect(found).toMatchObject({ intact: false, fault: { place: `entry ${entryId} (position 12)` } });
});

test('a removed entry, a removed place, a hidden entry and a changed subtree are found', async () => {
  const removed = await attacked();
  await removed.owner.query('DELETE FROM ledger_leaf WHERE position = 7');
  expect(await verifyLedger(removed.control.db)).toMatchObject({ fault: { place: 'position 7' } });

  const hidden = await createControlDatabase();
  ends.push(() => hidden.drop());
  const [id] = await append(hidden, 1);
  const runtime = await connected(hidden.url);
  await runtime.query('DELETE FROM ledger_unsequenced');
  expect(await verifyLedger(hidden.db)).toMatchObject({ intact: false, fault: { place: `entry ${id}` } });

  const subtree = await attacked();
  await subtree.owner.query("UPDATE ledger_node SET hash = sha256('x') WHERE level = 2 AND index = 1");
  expect(await verifyLedger(subtree.control.db)).toMatchObject({ fault: { place: 'subtree 2/1' } });
});

test('a past that was rewritten with its whole tree is found by the checkpoints', async () => {
  const { control, owner } = await attacked();
  await owner.query("UPDATE ledger_entry SET summary = 'nothing' WHERE subject_id = 'gnt_3'");
  await rebuildTree(control, owner);
  const found = await verifyLedger(control.db);
  expect(found).toMatchObject({ intact: false, fault: { place: 'checkpoint of 30 entries' } });
});

test('without any checkpoint left it is found only against one that was kept elsewhere', async () => {
  const { control, owner, kept } = await attacked();
  await owner.query("UPDATE ledger_entry SET summary = 'nothing' WHERE subject_id = 'gnt_3'");
  await rebuildTree(control, owner);
  await owner.query('DELETE FROM ledger_checkpoint');
  expect(await verifyLedger(control.db)).toMatchObject({ intact: true });
  const found = await verifyLedger(control.db, { against: [kept] });
  expect(found).toMatchObject({ intact: false, fault: { place: 'checkpoint of 30 entries' } });
});

test('entries cut off the end with their checkpoints are found against a kept one', async () => {
  const { control, owner, kept } = await attacked();
  await owner.query('DELETE FROM ledger_checkpoint');
  await owner.query('DELETE FROM ledger_leaf WHERE position >= 20');
  await owner.query(
    'DELETE FROM ledger_entry e WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id)',
  );
  const found = await verifyLedger(control.db, { against: [kept] });
  expect(found).toMatchObject({
    intact: false,
    fault: { message: expect.stringContaining('10 were removed') },
  });
});

test('nothing is signed on a tree that does not begin with the last one signed', async () => {
  const { control, owner } = await attacked();
  await owner.query("UPDATE ledger_entry SET summary = 'nothing' WHERE subject_id = 'gnt_3'");
  await rebuildTree(control, owner);
  await owner.query('ALTER TABLE ledger_entry ENABLE TRIGGER USER');
  await append(control, 1);
  await expect(publishCheckpoint(control.db, privateKey)).rejects.toMatchObject({ code: 'integrity' });
  expect(await control.db.ledgerCheckpoint.count()).toBe(2);
});

test('retention forgets an old payload, and nothing else; the tree stands', async () => {
  const control = await createControlDatabase();
  ends.push(() => control.drop());
  const [old] = await append(control, 1, new Date('2020-01-01T00:00:00Z'));
  const [young] = await append(control, 1);
  const forget = (id = '') =>
    control.db.$queryRaw<{ forgotten: boolean }[]>`SELECT forget_ledger_payload(${id}) AS forgotten`;
  expect(await forget(old)).toEqual([{ forgotten: false }]);
  await publishCheckpoint(control.db, privateKey);
  expect(await forget(young)).toEqual([{ forgotten: false }]);
  expect(await forget(old)).toEqual([{ forgotten: true }]);
  const row = await control.db.ledgerEntry.findUniqueOrThrow({ where: { id: old ?? '' } });
  expect([row.payload, row.salt.length, row.summary]).toEqual([null, 0, 'grant 0 was created']);
  expect(await verifyLedger(control.db)).toMatchObject({ intact: true, payloadsForgotten: 1 });
});

test('checkpoints that another key signed over a rewritten past are found, and nothing is signed after them', async () => {
  const { control, owner } = await attacked();
  await owner.query("UPDATE ledger_entry SET summary = 'nothing' WHERE subject_id = 'gnt_3'");
  await rebuildTree(control, owner);
  await owner.query('DELETE FROM ledger_checkpoint');
  const forger = generateKeyPairSync('ed25519').privateKey;
  await publishCheckpoint(control.db, forger, { origin: defaultOrigin(privateKey) });
  const ours = { name: null, key: createPublicKey(privateKey) };
  const theirs = { name: null, key: createPublicKey(forger) };
  expect(await verifyLedger(control.db, { verifiers: [ours] })).toMatchObject({
    intact: false,
    fault: { place: 'checkpoint of 40 entries', message: expect.stringContaining('no key that is known') },
  });
  // Nor is it handed out as the checkpoint of what stands now.
  await expect(publishCheckpoint(control.db, privateKey)).rejects.toMatchObject({ code: 'integrity' });
  await owner.query('ALTER TABLE ledger_entry ENABLE TRIGGER USER');
  await append(control, 1);
  await expect(publishCheckpoint(control.db, privateKey)).rejects.toMatchObject({ code: 'integrity' });
  expect(await control.db.ledgerCheckpoint.count()).toBe(1);
  // A key that was changed is another thing: the earlier one is known.
  const next = await publishCheckpoint(control.db, privateKey, { earlier: [theirs] });
  expect(next).toMatchObject({ size: 41 });
  expect(await verifyLedger(control.db, { verifiers: [ours, theirs] })).toMatchObject({ intact: true });
});
