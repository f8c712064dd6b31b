import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalid } from '#lib/core/errors';
import type { IntentRecord, OutcomeRecord, RecordingHeader } from '#lib/recording/index';
import type { SealedRecording, SessionEnd, StatementBatch, StatementRow } from '#proxy/control/control-plane';

export const key = { id: 'test-key', bytes: randomBytes(32) };
export const signing = generateKeyPairSync('ed25519');

export function temporaryHome(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'countersign-recorder-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function header(sessionId: string): RecordingHeader {
  return {
    sessionId,
    startedAt: '2026-11-24T10:00:00.000Z',
    wire: 'postgres',
    agent: { id: 'agt_1', name: 'migrator', owner: 'ada@example.com' },
    resource: { id: 'res_1', name: 'shop', environment: 'production' },
    grantIds: ['gnt_1'],
    purpose: { text: 'TASK-7', tier: 'claimed', source: 'application_name' },
    issuer: 'http://localhost:4400',
    subject: 'migrator',
    claims: { sub: 'migrator' },
    policyVersion: 1,
    client: { address: '127.0.0.1', application: 'psql' },
  };
}

export function intent(text: string, change: Partial<IntentRecord> = {}): IntentRecord {
  return {
    kind: 'intent',
    text,
    parameters: null,
    tag: 'SELECT',
    actions: ['read'],
    objects: ['public.customers'],
    decision: {
      outcome: 'allow',
      policies: [{ id: 'gnt_1', kind: 'grant' }],
      message: null,
      grantIds: ['gnt_1'],
    },
    factsDigest: 'f'.repeat(64),
    ticket: null,
    ...change,
  };
}

export function outcome(of: number, change: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    kind: 'outcome',
    of,
    status: 'completed',
    commandTag: 'SELECT 1',
    rows: 1,
    bytes: 30,
    bytesDigest: 'a'.repeat(64),
    maskedFields: 0,
    durationUs: 900,
    error: null,
    ...change,
  };
}

export function row(sessionId: string, seq: number, factsDigest = 'f'.repeat(64)): StatementRow {
  return {
    sessionId,
    seq,
    at: new Date('2026-11-24T10:00:01.000Z'),
    agentId: 'agt_1',
    resourceId: 'res_1',
    tag: 'SELECT',
    text: 'select 1',
    actions: ['read'],
    objects: ['public.customers'],
    permissions: [{ action: 'read', object: 'public.customers' }],
    decision: 'allow',
    outcome: 'completed',
    policies: ['gnt_1'],
    grantIds: ['gnt_1'],
    ticket: null,
    errorCode: null,
    errorText: null,
    rows: 1,
    bytesOut: 30,
    maskedFields: 0,
    durationUs: 900,
    factsDigest,
  };
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
  }

  async closeSession(end: SessionEnd): Promise<void> {
    if (this.away) throw this.away;
    this.ended.push(end);
  }
}
