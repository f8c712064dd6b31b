import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { IntentRecord, OutcomeRecord } from '#lib/recording/model';
import type { StatementRow } from '#proxy/control/control-plane';
import { createRecorder, type SessionRecorder } from '#proxy/recorder/index';
import { header } from '../recording-header.ts';

// What recording costs on a statement's way: an intent, a flush, an outcome with the statement's
// index row, a flush. `npm run bench:recorder` prints nanoseconds; nothing is asserted.

const statements = 200_000;
const perTurn = 50;

const digest = 'a'.repeat(64);
const text = 'SELECT abalance FROM pgbench_accounts WHERE aid = $1';
const decision = {
  outcome: 'allow',
  policies: [{ id: 'gnt_01k0', kind: 'grant' }],
  message: null,
  grantIds: ['gnt_01k0'],
} as const;
const intent: IntentRecord = {
  kind: 'intent',
  text,
  parameters: ['48213'],
  tag: 'SELECT',
  actions: ['read'],
  objects: ['public.pgbench_accounts'],
  decision,
  factsDigest: digest,
  ticket: null,
};
const outcome: Omit<OutcomeRecord, 'of'> = {
  kind: 'outcome',
  status: 'completed',
  commandTag: 'SELECT 1',
  rows: 1,
  bytes: 58,
  bytesDigest: digest,
  maskedFields: 0,
  durationUs: 412,
  error: null,
};
const row: Omit<StatementRow, 'seq' | 'at'> = {
  sessionId: 'ses_bench',
  agentId: 'agt_1',
  resourceId: 'res_1',
  tag: 'SELECT',
  text,
  actions: intent.actions,
  objects: intent.objects,
  permissions: [{ action: 'read', object: 'public.pgbench_accounts' }],
  decision: 'allow',
  outcome: 'completed',
  policies: ['gnt_01k0'],
  grantIds: decision.grantIds,
  ticket: null,
  errorCode: null,
  errorText: null,
  rows: 1,
  bytesOut: 58,
  maskedFields: 0,
  durationUs: 412,
  factsDigest: digest,
};

async function measure(
  name: string,
  step: (session: SessionRecorder, at: number) => Promise<void> | undefined | void,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const recorder = createRecorder({
    home,
    key: { id: 'bench', bytes: randomBytes(32) },
    controlPlane: {
      async importStatements() {},
      async recordingSealed() {},
      async closeSession() {},
    },
    limits: { freeBytesMin: 0 },
  });
  const session = recorder.open(header, 'process');
  const cpu = process.cpuUsage();
  const main = process.threadCpuUsage();
  let inside = 0n;
  let pauses = 0;
  for (let at = 0; at < statements; at += perTurn) {
    const entered = process.hrtime.bigint();
    let wait: Promise<void> | undefined | void;
    for (let count = 0; count < perTurn; count += 1) wait = step(session, at + count);
    inside += process.hrtime.bigint() - entered;
    if (wait) pauses += 1;
    await wait;
    await turn();
  }
  const { user, system } = process.cpuUsage(cpu);
  const thread = process.threadCpuUsage(main);
  const each = (value: number | bigint) => Math.round(Number(value) / statements);
  const figures = [
    [inside, 'ns on the way'],
    [(thread.user + thread.system) * 1000, 'ns CPU, main thread'],
    [(user + system) * 1000, 'ns CPU, all threads'],
  ] as const;
  const columns = figures.map(([value, unit]) => `${String(each(value)).padStart(6)} ${unit}`);
  console.log([name.padEnd(32), ...columns, `${pauses} pauses`].join('  '));
  await recorder.close();
  rmSync(home, { recursive: true });
}

function appendBoth(session: SessionRecorder): number {
  const seq = session.append({ ...intent });
  session.append({ ...outcome, of: seq });
  return seq;
}

await measure('2 records, no flush', (session) => {
  appendBoth(session);
});
await measure('2 records, 1 flush', (session) => {
  appendBoth(session);
  return session.flush();
});
await measure('2 records, index row, 1 flush', (session) => {
  const seq = appendBoth(session);
  session.index({ ...row, seq, at: new Date() }, null);
  return session.flush();
});
await measure('2 records, index row, 2 flushes', (session) => {
  const seq = session.append({ ...intent });
  session.flush();
  session.append({ ...outcome, of: seq });
  session.index({ ...row, seq, at: new Date() }, null);
  return session.flush();
});
