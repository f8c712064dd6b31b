import type { Secret } from '#lib/core/secret';
import type { Purpose, VerifiedToken } from '#lib/identity/model';
import type { AgentIdentity, TargetRecord } from '#proxy/control/control-plane';
import type { LiveSession } from '#proxy/control/live-session';
import type { SessionRecorder } from '#proxy/recorder/recorder';
import type { Services } from '#proxy/services';
import type { AuthorizedTarget } from './require-grant.ts';

/** What a client says of itself before anything is checked. */
export interface Claimed {
  readonly agentName: string;
  readonly resourceName: string;
  readonly token: Secret;
  readonly purpose: string | null;
  readonly applicationName: string | null;
  readonly address: string;
}

/** What a wire supplies; it never decides. */
export interface Transport {
  readonly wire: 'postgres';
  readonly claimed: Claimed;
  connectUpstream(target: AuthorizedTarget, session: OpenSession): Promise<void>;
  /** Relays until the session ends; its result says why it ended. */
  relay(session: OpenSession): Promise<SessionEnding>;
}

export interface SessionEnding {
  readonly state: 'closed' | 'cut' | 'interrupted';
  readonly reason: string;
}

/** What was counted of one session; the relay adds, `close` reports. */
export interface SessionCounters {
  statements: number;
  allowed: number;
  held: number;
  denied: number;
  rowsOut: number;
  bytesOut: number;
  maskedFields: number;
}

export interface Identity {
  readonly token: VerifiedToken;
  readonly agent: AgentIdentity;
  readonly purpose: Purpose | null;
}

/** A session that has a recording. */
export interface OpenSession {
  readonly id: string;
  readonly identity: Identity;
  readonly target: AuthorizedTarget;
  readonly live: LiveSession;
  readonly recorder: SessionRecorder;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  readonly counters: SessionCounters;
}

/** What the steps have found so far. */
export interface Passage {
  readonly services: Services;
  readonly transport: Transport;
  readonly identity?: Identity;
  readonly target?: TargetRecord;
  readonly live?: LiveSession;
  readonly authorized?: AuthorizedTarget;
  readonly session?: OpenSession;
  readonly ending?: SessionEnding;
}

/** What an earlier step must have found; a step that runs out of order is a fault of ours. */
export function found<Value>(value: Value | undefined, step: string): Value {
  if (value === undefined) throw new Error(`the pipeline has not passed ${step}`);
  return value;
}
