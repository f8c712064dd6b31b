import type { ApprovalState, NewApproval } from '#lib/approvals/model';
import type { AgentAccess } from '#lib/grants/model';
import type { TrustedIssuer } from '#lib/identity/model';
import type { PolicyAgent, PolicyResource } from '#lib/policies/model';
import type { ResourceSettings } from '#lib/resources/model';
import type { NewSession, SealedRecording, SessionEnd } from '#lib/sessions/model';
import type { StatementBatch } from '#lib/usage/model';

export type { ApprovalCard, ApprovalState, NewApproval } from '#lib/approvals/model';
export type { AgentAccess } from '#lib/grants/model';
export type { NewSession, SealedRecording, SessionEnd } from '#lib/sessions/model';
export type { StatementBatch, StatementRow } from '#lib/usage/model';

/**
 * The proxy's only seam to the database. Everything a worker learns from people and tells them
 * passes here; the Prisma implementation stands beside it, tests bring their own.
 */
export interface ControlPlane {
  /** Issuers whose tokens are accepted now. */
  issuers(): Promise<readonly TrustedIssuer[]>;
  /** Agents that a token of this issuer may belong to, with the claims that must match. */
  agentsOf(issuerId: string): Promise<readonly AgentIdentity[]>;
  /** Marks a single-use token as used; false when it was used before. */
  claimToken(issuer: string, tokenId: string, expiresAt: Date): Promise<boolean>;
  /** The target of a resource name, with its credential still sealed; null: no such resource. */
  target(resourceName: string): Promise<TargetRecord | null>;
  /** What this agent may do on this resource at this moment. */
  access(agentId: string, resourceId: string): Promise<AgentAccess>;

  /** Throws `limit` when the agent has as many sessions on the resource as it may. */
  openSession(session: NewSession): Promise<void>;
  closeSession(end: SessionEnd): Promise<void>;

  /** Files a held statement. An identical pending request of the same agent is joined, not doubled. */
  requestApproval(request: NewApproval): Promise<ApprovalState>;
  approval(id: string): Promise<ApprovalState | null>;
  /** An approved, unused, unexpired request with exactly this binding; null: none. */
  findApproved(
    agentId: string,
    resourceId: string,
    binding: string,
    sessionId: string,
  ): Promise<ApprovalState | null>;
  /**
   * Uses it up, in one conditional update that also checks that the approval is still approved and
   * unexpired; false: somebody was faster, or it no longer stands.
   */
  useApproval(id: string, sessionId: string, seq: number): Promise<boolean>;
  /**
   * The client left, cancelled, or its session ended: this session no longer waits. The request is
   * withdrawn once no session does.
   */
  cancelApproval(id: string, reason: string, sessionId?: string): Promise<void>;

  /** Listens to what people change. Resolves when the subscription stands. */
  subscribe(listener: (event: ControlEvent) => void): Promise<void>;
  /** Cuts ordered and not yet confirmed by this worker: asked once after subscribing. */
  openCuts(): Promise<readonly CutOrder[]>;
  confirmCut(cutId: string, sessionsEnded: number): Promise<void>;
  registerWorker(host: string, pid: number): Promise<void>;
  heartbeat(): Promise<void>;
  /** The control plane answers again; it did not between these moments. */
  reportAway(from: Date, to: Date): Promise<void>;
  /** Passes a CancelRequest on to whichever worker has the session; `proof` is made of its key. */
  relayCancel?(proof: string): Promise<void>;

  /** Adds to the counted refusals of this minute. */
  countRefusals(counts: readonly RefusalCount[]): Promise<void>;
  /** Statement rows and distinct facts for the index and usage; at least once, deduplicated by (session, seq). */
  importStatements(batch: StatementBatch): Promise<void>;
  recordingSealed(recording: SealedRecording): Promise<void>;
  /** Asked before an upload; null: its seal was not told yet. */
  knownRecording?(sessionId: string): Promise<{ readonly digest: string; readonly deleted: boolean } | null>;
  /** A recording lies in another store, read back. False: it must go again (deleted meanwhile). */
  recordingStored?(stored: StoredRecording): Promise<boolean>;
  /** The target's whole catalog, after each read that found a change: what grants are expanded against. */
  catalogSeen?(resourceId: string, objects: readonly SeenCatalogObject[]): Promise<void>;
  /** Sessions of a worker that is gone, still marked live. */
  closeOrphans(workerId: string): Promise<void>;

  close(): Promise<void>;
}

export interface AgentIdentity {
  readonly agent: PolicyAgent;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly state: 'active' | 'suspended' | 'ended';
  readonly matchClaims: Readonly<Record<string, string>>;
}

export interface TargetRecord {
  readonly resource: PolicyResource;
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly username: string | null;
  readonly credentialSealed: Uint8Array | null;
  readonly tls: 'disable' | 'require' | 'verify-full';
  readonly caCertificate: string | null;
  /** What the gateway proves itself with, its key still sealed. */
  readonly clientCertificate?: { readonly certificate: string; readonly keySealed: Uint8Array } | null;
  readonly settings?: ResourceSettings;
  readonly durability: 'process' | 'disk';
}

export type ControlEvent =
  | { readonly kind: 'cut'; readonly cut: CutOrder }
  /** Policies, grants, masks, agents or resources changed: caches of access end. */
  | { readonly kind: 'access-changed' }
  | { readonly kind: 'approval'; readonly id: string }
  /** A CancelRequest that reached another worker. */
  | { readonly kind: 'cancel'; readonly proof: string }
  /** The subscription was lost and stands again: read everything anew. */
  | { readonly kind: 'resubscribed' };

export interface CutOrder {
  readonly id: string;
  readonly subjectKind: 'grant' | 'agent' | 'session';
  readonly subjectId: string;
  /** Further grants of the same bulk revoke. */
  readonly alsoIds?: readonly string[];
  readonly reason: string;
}

export interface RefusalCount {
  readonly source: string;
  readonly cause: string;
  readonly minute: Date;
  readonly count: number;
}

export interface SeenCatalogObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'sequence' | 'function';
  readonly columns: readonly string[];
}

export interface StoredRecording {
  readonly sessionId: string;
  readonly digest: string;
  readonly store: 'blob';
  readonly path: string;
}
