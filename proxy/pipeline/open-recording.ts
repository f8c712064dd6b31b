import { isCountersignError } from '#lib/core/errors';
import { keptClaims } from '#lib/identity/index';
import type { RecordingHeader } from '#lib/recording/model';
import type { NewSession } from '#proxy/control/control-plane';
import type { Services } from '#proxy/services';
import { found, type Identity, type Passage } from './passage.ts';
import { Refused } from './refused.ts';
import type { AuthorizedTarget } from './require-grant.ts';

/** The recording opens before the target is touched: no record, no run. */
export async function openRecording(passage: Passage): Promise<Passage> {
  const { services, transport } = passage;
  const identity = found(passage.identity, 'authenticate');
  const target = found(passage.authorized, 'require-grant');
  const live = found(passage.live, 'require-grant');
  const trouble = services.recorder.trouble();
  if (trouble !== null) throw new Refused('unavailable', 'recorder', trouble);
  const startedAt = services.clock.now();
  const { claimed } = transport;
  const access = live.access();
  const kept = keptClaims(identity.token.claims);
  await openSession(services, {
    id: target.sessionId,
    agentId: target.agent.agent.id,
    resourceId: target.record.resource.id,
    ownerId: target.agent.ownerId,
    grantIds: target.grantIds,
    issuer: identity.token.issuer,
    subject: identity.token.subject,
    tokenId: identity.token.tokenId,
    claims: kept,
    purpose: identity.purpose,
    clientAddress: claimed.address,
    applicationName: claimed.applicationName,
    upstreamUser: target.record.username,
    policyVersion: access.policyVersion,
    startedAt,
    expiresAt: target.expiresAt,
  });
  const counters = {
    statements: 0,
    allowed: 0,
    held: 0,
    denied: 0,
    rowsOut: 0,
    bytesOut: 0,
    maskedFields: 0,
  };
  const header = headerOf(passage, identity, target, startedAt, access.policyVersion, kept);
  try {
    const recorder = services.recorder.open(header, target.record.durability);
    const session = {
      id: target.sessionId,
      identity,
      target,
      live,
      recorder,
      startedAt,
      expiresAt: target.expiresAt,
      counters,
    };
    await recorder.flush();
    return { ...passage, session };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the recorder failed';
    await services.control.closeSession({
      id: target.sessionId,
      state: 'interrupted',
      reason: `not recorded: ${reason}`,
      endedAt: services.clock.now(),
      ...counters,
    });
    throw new Refused('unavailable', 'recorder', 'The session can not be recorded now, so it does not run.');
  }
}

/** What the control plane refuses is told as it says it: a limit, or access that ended this moment. */
async function openSession(services: Services, session: NewSession): Promise<void> {
  try {
    await services.control.openSession(session);
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    if (error.code === 'limit') throw new Refused('limit', 'agent_connections', error.message);
    if (error.code === 'conflict') throw new Refused('forbidden', 'access_ended', error.message);
    throw error;
  }
}

function headerOf(
  passage: Passage,
  identity: Identity,
  target: AuthorizedTarget,
  startedAt: Date,
  policyVersion: number,
  claims: Readonly<Record<string, unknown>>,
): RecordingHeader {
  const { claimed, wire } = passage.transport;
  const { resource } = target.record;
  return {
    sessionId: target.sessionId,
    startedAt: startedAt.toISOString(),
    wire,
    agent: { id: target.agent.agent.id, name: target.agent.agent.name, owner: target.agent.ownerName },
    resource: { id: resource.id, name: resource.name, environment: resource.environment },
    grantIds: target.grantIds,
    purpose: identity.purpose,
    issuer: identity.token.issuer,
    subject: identity.token.subject,
    claims,
    policyVersion,
    client: { address: claimed.address, application: claimed.applicationName },
  };
}
