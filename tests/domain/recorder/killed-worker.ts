import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createRecorder } from '#proxy/recorder/index';
import { header, intent, outcome, row } from './worker-data.ts';

// Run by kill.test.ts as a process of its own, and killed. It stands for a gateway worker: what it
// "forwards" goes to a log that stands for the target's own.

const [home = '', run = '', keyHex = '', durability = 'process'] = process.argv.slice(2);
const target = openSync(join(home, 'target.log'), 'a', 0o600);
const told = openSync(join(home, 'told.log'), 'a', 0o600);

const recorder = createRecorder({
  home,
  key: { id: 'test-key', bytes: Buffer.from(keyHex, 'hex') },
  controlPlane: {
    async importStatements(batch) {
      for (const found of batch.rows)
        writeSync(told, `row ${found.sessionId} ${found.seq} ${found.outcome}\n`);
    },
    async recordingSealed(recording) {
      writeSync(
        told,
        `sealed ${recording.sessionId} ${recording.digest} ${recording.state} ${recording.wrappedKey ?? ''}\n`,
      );
    },
    async closeSession() {},
  },
  limits: {
    freeBytesMin: 0,
    segmentBytesMax: 60_000,
    segmentAgeMsMax: 100,
    blockAgeMsMax: 20,
    deliverEveryMs: 20,
  },
});

async function session(id: string): Promise<void> {
  const recording = recorder.open(header(id), durability === 'disk' ? 'disk' : 'process');
  for (let count = 0; count < 40; count += 1) {
    const name = `${id}:${count}`;
    const seq = recording.append(intent(`update t set x = 1 -- ${name} ${'x'.repeat((count * 97) % 3000)}`));
    await recording.flush();
    writeSync(target, `${name}\n`);
    await turn();
    recording.append(outcome(seq));
    recording.index(row(id, seq), { count });
    recording.flush();
    await turn();
  }
  recording.close({ state: 'closed', reason: 'closed by the agent' });
}

async function client(name: string): Promise<void> {
  for (let count = 0; ; count += 1) await session(`ses_${run}_${name}_${count}`);
}

process.stdout.write('running\n');
await Promise.all(['a', 'b', 'c'].map(client));
