import { agentsOfIssuer, claimToken, trustedIssuers } from '#lib/agents/index';
import {
  approvalState,
  cancelApproval,
  findApproved,
  requestApproval,
  useApproval,
} from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { type Clock, systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { accessOf } from '#lib/grants/index';
import { catalogSeen, targetByName } from '#lib/resources/index';
import { knownRecording, recordingStored } from '#lib/retention/index';
import {
  closeOrphans,
  closeSession,
  confirmCut,
  countRefusals,
  openCuts,
  openSession,
  readCut,
  recordingSealed,
  registerWorker,
  reportAway,
  stopWorker,
} from '#lib/sessions/index';
import { openImporter } from '#lib/usage/index';
import type { ControlEvent, ControlPlane } from './control-plane.ts';
import { hearing } from './hear.ts';
import { type Listening, listen } from './listen.ts';

export interface ControlPlaneOptions {
  /** DATABASE_URL: the run-time login. */
  readonly url: string;
  readonly workerId: string;
  readonly clock?: Clock;
  readonly connectionsMax?: number;
}

const beat = 'UPDATE worker SET heartbeat_at = now(), stopped_at = NULL WHERE id = $1';

/** The control plane on the control database: every method is a verb, done as this worker. */
export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { url, workerId, clock = systemClock, connectionsMax = 6 } = options;
  const db = openDb(url, connectionsMax);
  const importer = openImporter(url);
  const context: Context = { db, clock, actor: { kind: 'worker', id: workerId, name: `worker ${workerId}` } };
  let listening: Listening | null = null;

  async function subscribe(listener: (event: ControlEvent) => void): Promise<void> {
    listening = await listen(url, {
      heard: hearing((id) => readCut(context, id), listener),
      again: () => listener({ kind: 'resubscribed' }),
    });
  }

  return {
    issuers: () => trustedIssuers(db),
    agentsOf: (issuerId) => agentsOfIssuer(db, issuerId),
    claimToken: (issuer, tokenId, expiresAt) => claimToken(db, issuer, tokenId, expiresAt),
    target: (name) => targetByName(db, name),
    access: (agentId, resourceId) => accessOf(context, agentId, resourceId),
    openSession: (session) => openSession(context, session),
    closeSession: (end) => closeSession(context, end),
    requestApproval: (request) => requestApproval(context, request),
    approval: (id) => approvalState(context, id),
    findApproved: (agentId, resourceId, binding, sessionId) =>
      findApproved(context, { agentId, resourceId, binding, sessionId }),
    useApproval: (id, sessionId, seq) => useApproval(context, { id, sessionId, seq }),
    async cancelApproval(id, reason, sessionId) {
      await cancelApproval(context, { id, reason, ...(sessionId === undefined ? {} : { sessionId }) });
    },
    subscribe,
    openCuts: () => openCuts(context),
    confirmCut: (cutId, sessionsEnded) => confirmCut(context, cutId, sessionsEnded),
    registerWorker: (host, pid) => registerWorker(context, host, pid),
    async heartbeat() {
      if (listening === null) await db.$executeRawUnsafe(beat, workerId);
      else await listening.query(beat, [workerId]);
    },
    reportAway: (from, to) => reportAway(context, from, to),
    relayCancel: (proof) => notify(db, { kind: 'cancel', proof }),
    countRefusals: (counts) => countRefusals(context, counts),
    async importStatements(batch) {
      await importer.importStatements(batch);
    },
    recordingSealed: (recording) => recordingSealed(context, recording),
    knownRecording: (sessionId) => knownRecording(context, sessionId),
    recordingStored: (stored) => recordingStored(context, stored),
    catalogSeen: (resourceId, objects) => catalogSeen(context, resourceId, objects),
    async closeOrphans(gone) {
      await closeOrphans(context, gone);
    },
    async close() {
      await listening?.close();
      await stopWorker(context).catch(() => {});
      await Promise.allSettled([importer.close(), db.$disconnect()]);
    },
  };
}
