import type { RecordBody, RecordingHeader } from '#lib/recording/model';

/** What stands in v1.csrec, which was written once and must stay readable. */
export const golden: {
  readonly header: RecordingHeader;
  readonly blocks: readonly (readonly RecordBody[])[];
} = {
  header: {
    sessionId: 'ses_golden',
    startedAt: '2026-11-24T10:00:00.000Z',
    wire: 'postgres',
    agent: { id: 'agt_golden', name: 'migrator', owner: 'Ada' },
    resource: { id: 'res_golden', name: 'shop', environment: 'production' },
    grantIds: ['gnt_golden'],
    purpose: { text: 'TASK-7', tier: 'verified', source: 'claim:purpose' },
    issuer: 'http://localhost:4400',
    subject: 'migrator',
    claims: { sub: 'migrator', aud: 'countersign' },
    policyVersion: 3,
    client: { address: '127.0.0.1', application: 'psql' },
  },
  blocks: [
    [
      {
        kind: 'intent',
        text: "select email from customers where id = $1 -- 'é😀\u0001",
        parameters: ['7', null],
        tag: 'SELECT',
        actions: ['read'],
        objects: ['public.customers'],
        decision: {
          outcome: 'hold',
          policies: [{ id: 'hold-reads', kind: 'rule' }],
          message: 'held',
          grantIds: ['gnt_golden'],
        },
        factsDigest: 'ab'.repeat(32),
        ticket: 'AR-1001',
      },
      { kind: 'approval', of: 1, ticket: 'AR-1001', state: 'used', by: 'Barbara', reason: 'fine' },
      {
        kind: 'rows',
        of: 1,
        columns: [{ name: 'email', typeOid: 25, masked: true }],
        rows: [['a***@example.com'], [null]],
        truncated: false,
      },
    ],
    [
      { kind: 'notice', of: 1, from: 'gateway', severity: 'NOTICE', message: '1 column masked' },
      {
        kind: 'outcome',
        of: 1,
        status: 'completed',
        commandTag: 'SELECT 2',
        rows: 2,
        bytes: 60,
        bytesDigest: 'cd'.repeat(32),
        maskedFields: 1,
        durationUs: 1234,
        error: null,
      },
      { kind: 'end', state: 'closed', reason: 'closed by the agent' },
    ],
  ],
};
