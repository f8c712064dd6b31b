import type { RecordingHeader } from '#lib/recording/model';

/** Whose session the measured recordings are. */
export const header: RecordingHeader = {
  sessionId: 'ses_bench',
  startedAt: new Date().toISOString(),
  wire: 'postgres',
  agent: { id: 'agt_1', name: 'bench', owner: null },
  resource: { id: 'res_1', name: 'bench', environment: 'development' },
  grantIds: ['gnt_01k0'],
  purpose: null,
  issuer: 'bench',
  subject: 'bench',
  claims: {},
  policyVersion: 1,
  client: { address: '127.0.0.1', application: 'bench' },
};
