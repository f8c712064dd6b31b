import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { openImporter } from '#lib/usage/index';
import { createRecorder } from '#proxy/recorder/index';
import { header } from '../recording-header.ts';
import { statements } from './statements.ts';

const rowsPerTurn = 1_000;
const spoolBytesMax = 16 * 1024 ** 3;

/**
 * Rows that waited in a worker's spool while the control plane was away: `start` lets it come back, and
 * resolves when the last is delivered.
 */
export async function spooled(url: string, folder: string, rows: number) {
  const importer = openImporter(url);
  let away = true;
  let delivered = 0;
  const recorder = createRecorder({
    home: join(folder, 'home'),
    key: { id: 'bench', bytes: randomBytes(32) },
    controlPlane: {
      async importStatements(batch) {
        if (away) throw new Error('away');
        const { inserted } = await importer.importStatements(batch);
        delivered += inserted;
      },
      async recordingSealed() {},
      async closeSession() {},
    },
    limits: { freeBytesMin: 0, spoolBytesMax },
    log: (message, error) => away || console.error(message, error),
  });
  const session = recorder.open(header, 'process');
  for (let batch = 0; batch * rowsPerTurn < rows; batch += 1) {
    for (const row of statements(rowsPerTurn, batch)) session.index(row, {});
    session.flush();
    await turn();
  }
  return {
    async start(): Promise<void> {
      away = false;
      while (delivered < rows) await delay(5);
    },
    async close(): Promise<void> {
      await recorder.close();
      await importer.close();
    },
  };
}
