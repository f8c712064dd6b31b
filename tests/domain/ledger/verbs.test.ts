import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor, Role } from '#lib/auth/actor';
import { systemClock } from '#lib/core/clock';
import {
  appendEntry,
  checkProofFile,
  entryProof,
  exportLedger,
  getEntry,
  ledgerState,
  listEntries,
  parseVerifier,
  proveConsistency,
  publishCheckpoint,
  sequenceEntries,
  verifierLine,
  verifyExport,
  verifyLedgerNow,
} from '#lib/ledger/index';
import { leafHash } from '#lib/ledger/merkle';
import { consistencyStands, inclusionStands } from '#lib/ledger/proofs';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const verifier = parseVerifier(verifierLine('any', publicKey));
const anyName = { ...verifier, name: null };
let control: ControlDatabase;

beforeAll(async () => {
  control = await createControlDatabase();
  await append(25);
  await publishCheckpoint(control.db, privateKey);
  await append(12);
  await publishCheckpoint(control.db, privateKey);
});
afterAll(() => control.drop());

function append(count: number) {
  return control.db.$transaction(async (tx) => {
    for (let at = 0; at < count; at += 1) {
      await appendEntry(tx, {
        actor: { kind: 'worker', id: 'wrk_1', name: 'gateway' },
        action: at % 2 === 0 ? 'session.sealed' : 'worker.event',
        subject: { kind: 'session', id: `ses_${at}` },
        summary: `session ${at} was sealed`,
        payload: { digest: 'd'.repeat(64), at },
        at: new Date(Date.UTC(2026, 10, 24, 10, 0, at)),
      });
    }
  });
}

function as(...roles: Role[]) {
  const actor: Actor = {
    kind: 'person',
    id: 'per_1',
    name: 'Linus',
    email: 'linus@example.com',
    roles,
    groupIds: [],
  };
  return { db: control.db, actor, clock: systemClock };
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n').slice(0, -1);
}

async function exported(): Promise<string> {
  let text = '';
  for await (const part of await exportLedger(as('auditor'))) text += part;
  return text;
}

test('lists newest first, by pages, without gaps or doubles', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = await listEntries(as('auditor'), { limit: 10, ...(after === null ? {} : { after }) });
    seen.push(...page.entries.map((entry) => entry.id));
    after = page.next;
  } while (after !== null);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(await control.db.ledgerEntry.count());
});

test('filters by action, subject and words', async () => {
  const found = await listEntries(as('admin'), {
    action: ['session.sealed'],
    subjectId: 'ses_4',
    text: 'SEALED',
  });
  expect(found.entries.map((entry) => entry.summary)).toEqual([
    'session 4 was sealed',
    'session 4 was sealed',
  ]);
  expect((await listEntries(as('admin'), { text: "%' OR 1=1" })).entries).toEqual([]);
});

test('an entry comes with a proof that stands on its own', async () => {
  const [row] = (await listEntries(as('auditor'), { subjectId: 'ses_3' })).entries;
  const entry = await getEntry(as('auditor'), { id: row?.id ?? '' });
  const proof = entry.proof;
  if (!proof) throw new Error('no proof');
  const leaf = leafHash(Buffer.from(entry.envelope));
  expect(leaf.toString('hex')).toBe(proof.leaf);
  const path = proof.path.map((hash) => Buffer.from(hash, 'hex'));
  expect(inclusionStands(leaf, proof.position, proof.size, path, Buffer.from(proof.root, 'hex'))).toBe(true);
});

test('an older checkpoint can be asked for, one that does not exist can not', async () => {
  const first = await control.db.ledgerLeaf.findUniqueOrThrow({ where: { position: 0n } });
  expect((await getEntry(as('auditor'), { id: first.entryId, size: 25 })).proof?.size).toBe(25);
  await expect(getEntry(as('auditor'), { id: first.entryId, size: 26 })).rejects.toThrow(
    /no checkpoint of 26/,
  );
  await expect(getEntry(as('auditor'), { id: 'led_nothing' })).rejects.toMatchObject({ code: 'not_found' });
});

test('two checkpoints are shown to be one history', async () => {
  const state = await ledgerState(as('auditor'));
  expect(state).toMatchObject({ size: 37, unsequenced: 0 });
  const rows = await control.db.ledgerCheckpoint.findMany({ orderBy: { size: 'asc' } });
  const [earlier, later] = rows.map((row) => Buffer.from(row.root));
  const proof = await proveConsistency(as('auditor'), { from: 25, to: 37 });
  const path = proof.map((hash) => Buffer.from(hash, 'hex'));
  expect(consistencyStands(25, 37, earlier as Buffer, later as Buffer, path)).toBe(true);
});

test('an export verifies offline and says so in the ledger', async () => {
  const text = await exported();
  const found = await verifyExport(linesOf(text), [anyName]);
  expect(found).toMatchObject({ size: 37, checkpoints: 2, signed: true });
  expect((await verifyExport(linesOf(text), [])).signed).toBe(false);
  const [entry] = (await listEntries(as('auditor'), { action: ['evidence.exported'] })).entries;
  expect(entry?.actor.name).toBe('Linus');
});

test('every changed character of an export is found', async () => {
  const text = await exported();
  for (let at = 0; at < text.length - 1; at += 61) {
    const other = text[at] === '7' ? '8' : '7';
    const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
    await expect(verifyExport(linesOf(changed), [anyName]), `character ${at}`).rejects.toMatchObject({
      code: 'integrity',
    });
  }
});

test('removed, doubled, swapped and appended lines are found, with their place', async () => {
  const lines = (await exported()).split('\n').slice(0, -1);
  const variants: [string, string[]][] = [
    ['removed', lines.toSpliced(10, 1)],
    ['doubled', lines.toSpliced(10, 0, lines[10] ?? '')],
    ['swapped', lines.toSpliced(10, 2, lines[11] ?? '', lines[10] ?? '')],
    ['cut', lines.slice(0, -3)],
    ['appended', [...lines, '{"kind":"entry"}']],
  ];
  for (const [name, changed] of variants) {
    await expect(verifyExport(linesOf(`${changed.join('\n')}\n`), [anyName]), name).rejects.toThrow(
      /line \d+/,
    );
  }
});

test('the seal of a session has a proof file of its own', async () => {
  const { id } = await control.db.ledgerEntry.findFirstOrThrow({
    where: { action: 'session.sealed', subjectId: 'ses_2' },
  });
  const file = await entryProof(as('auditor'), { id });
  const text = JSON.stringify(file);
  const found = checkProofFile(text, [anyName]);
  expect(found).toMatchObject({ action: 'session.sealed', subjectId: 'ses_2', signed: true });
  expect(found.payload.digest).toBe('d'.repeat(64));
  expect(() => checkProofFile(text.replace('ddddd', 'ddddc'), [anyName])).toThrow(/payload/);
  expect(() => checkProofFile(text.replace('ses_2', 'ses_3'), [anyName])).toThrow(/tree/);
  expect(() => checkProofFile('{}', [])).toThrow(/not a proof/);
});

test('the page can verify the whole', async () => {
  await sequenceEntries(control.db);
  const found = await verifyLedgerNow(as('auditor'), { verifiers: [anyName] });
  expect(found).toMatchObject({ intact: true, checkpoints: 2, unsequenced: 0 });
});

test('who may not, may not', async () => {
  const owner = as('owner', 'approver');
  await expect(listEntries(owner, {})).rejects.toMatchObject({ code: 'forbidden' });
  await expect(getEntry(owner, { id: 'led_x' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(entryProof(owner, { id: 'led_x' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(ledgerState(owner)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(proveConsistency(owner, { from: 1, to: 2 })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(verifyLedgerNow(owner)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(exportLedger(as('admin'))).rejects.toMatchObject({ code: 'forbidden' });
});

test('wrong input is named', async () => {
  await expect(listEntries(as('auditor'), { limit: 1_000 })).rejects.toMatchObject({ code: 'invalid' });
  await expect(listEntries(as('auditor'), { after: "1:x' OR" })).rejects.toMatchObject({ code: 'invalid' });
  await expect(getEntry(as('auditor'), { id: 'x'.repeat(65) })).rejects.toMatchObject({ code: 'invalid' });
  await expect(proveConsistency(as('auditor'), { from: 5, to: 2 })).rejects.toMatchObject({
    code: 'invalid',
  });
});
