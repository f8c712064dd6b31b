import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalid } from '#lib/core/errors';
import { type OpenRecording, openRecordingFile } from '#lib/recording/index';
import type { SealedRecording, SessionEnd, StatementBatch, StatementRow } from '#proxy/control/control-plane';

export { header, intent, outcome, row } from './worker-data.ts';

export const key = { id: 'test-key', bytes: randomBytes(32) };
export const signing = generateKeyPairSync('ed25519');

/** `fast`: in memory where the machine has such a place, for tests that sync thousands of times. */
export function temporaryHome(fast = false): { path: string; remove: () => void } {
  const parent = fast && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const path = mkdtempSync(join(parent, 'countersign-recorder-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** By path, what the planes of this process were told: recordings do not hold their keys. */
export const toldKeys = new Map<string, string>();

/** Opens a recording with the key that was told with its seal. */
export function openTold(path: string): Promise<OpenRecording> {
  return openRecordingFile(path, key, toldKeys.get(path) ?? null);
}

/** A control plane that keeps what it is told, and can be made to be away. */
export class ToldPlane {
  readonly rows: StatementRow[] = [];
  readonly facts = new Set<string>();
  readonly sealed: SealedRecording[] = [];
  readonly ended: SessionEnd[] = [];
  readonly batchSizes: number[] = [];
  away: Error | null = null;
  refuse: ((row: StatementRow) => boolean) | null = null;

  async importStatements(batch: StatementBatch): Promise<void> {
    if (this.away) throw this.away;
    const { refuse } = this;
    if (refuse && batch.rows.some(refuse)) throw invalid('a row is not good');
    this.batchSizes.push(batch.rows.length);
    this.rows.push(...batch.rows);
    for (const { digest } of batch.facts) this.facts.add(digest);
  }

  async recordingSealed(recording: SealedRecording): Promise<void> {
    if (this.away) throw this.away;
    this.sealed.push(recording);
    if (recording.wrappedKey) toldKeys.set(recording.path, recording.wrappedKey);
  }

  async closeSession(end: SessionEnd): Promise<void> {
    if (this.away) throw this.away;
    this.ended.push(end);
  }
}
