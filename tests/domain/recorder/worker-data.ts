import type { IntentRecord, OutcomeRecord, RecordingHeader } from '#lib/recording/model';
import type { StatementRow } from '#proxy/control/control-plane';

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
