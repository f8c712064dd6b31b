import { CountersignError } from '#lib/core/errors';
import { ticketOf } from '#lib/core/ids';
import { holdMsMax } from '#lib/core/limits';
import type { TrustedIssuer } from '#lib/identity/model';
import type { MaskSpec } from '#lib/masking/model';
import { accessDigest } from '#lib/policies/index';
import type { FreezeTerms, GrantTerms, PolicyFile } from '#lib/policies/model';
import type {
  AgentAccess,
  AgentIdentity,
  ApprovalState,
  ControlEvent,
  ControlPlane,
  CutOrder,
  NewApproval,
  NewSession,
  RefusalCount,
  SessionEnd,
  StatementBatch,
  StatementRow,
  TargetRecord,
} from '#proxy/control/control-plane';

export interface MemoryAgent {
  readonly identity: AgentIdentity;
  state: 'active' | 'suspended' | 'ended';
  grants: GrantTerms[];
}

interface MemoryApproval {
  readonly request: NewApproval;
  state: ApprovalState;
  usedBy: string | null;
}

/** A control plane in memory, for tests of the gateway: what people do are methods on it. */
export class MemoryControlPlane implements ControlPlane {
  issuer: TrustedIssuer;
  readonly targets = new Map<string, TargetRecord>();
  readonly agents = new Map<string, MemoryAgent>();
  masks: MaskSpec[] = [];
  policyFiles: PolicyFile[] = [];
  policyVersion = 1;
  freezes: FreezeTerms[] = [];
  readonly sessions: NewSession[] = [];
  readonly ended: SessionEnd[] = [];
  readonly approvals = new Map<string, MemoryApproval>();
  readonly refusals: RefusalCount[] = [];
  readonly statements: StatementRow[] = [];
  readonly confirmed: { cutId: string; ended: number }[] = [];
  readonly awayTold: { from: Date; to: Date }[] = [];
  readonly used = new Set<string>();
  /** While set, every call fails: the database is away. */
  away = false;
  heldCalls: Promise<void> | null = null;
  #listeners: ((event: ControlEvent) => void)[] = [];
  #cuts = 0;

  constructor(issuer: TrustedIssuer) {
    this.issuer = issuer;
  }

  async issuers() {
    this.#reachable();
    return [this.issuer];
  }

  async agentsOf() {
    this.#reachable();
    return Array.from(this.agents.values(), ({ identity, state }) => ({ ...identity, state }));
  }

  async claimToken(issuer: string, tokenId: string) {
    const key = `${issuer} ${tokenId}`;
    if (this.used.has(key)) return false;
    this.used.add(key);
    return true;
  }

  async target(name: string) {
    this.#reachable();
    const record = this.targets.get(name);
    return record ? { ...record, resource: { ...record.resource, masks: this.masks } } : null;
  }

  async access(agentId: string, resourceId: string): Promise<AgentAccess> {
    this.#reachable();
    await this.heldCalls;
    const agent = this.agents.get(agentId);
    const record = [...this.targets.values()].find(({ resource }) => resource.id === resourceId);
    if (!agent || !record) throw new Error('unknown agent or resource');
    const resource = { ...record.resource, masks: this.masks };
    const { grants } = agent;
    return {
      agentState: agent.state,
      grants,
      resource,
      policyVersion: this.policyVersion,
      policyFiles: this.policyFiles,
      freezes: this.freezes,
      successors: {},
      digest: accessDigest({ files: this.policyFiles, grants, masks: this.masks, freezes: this.freezes }),
    };
  }

  async openSession(session: NewSession) {
    this.#reachable();
    const record = [...this.targets.values()].find(({ resource }) => resource.id === session.resourceId);
    const most = record?.settings?.connectionsMax ?? Number.POSITIVE_INFINITY;
    const ended = new Set(this.ended.map(({ id }) => id));
    const live = this.sessions.filter(({ id, agentId }) => agentId === session.agentId && !ended.has(id));
    if (live.length >= most) throw new CountersignError('limit', `the agent has ${most} sessions already`);
    this.sessions.push(session);
  }

  async closeSession(end: SessionEnd) {
    this.ended.push(end);
  }

  async requestApproval(request: NewApproval): Promise<ApprovalState> {
    this.#reachable();
    for (const { request: other, state } of this.approvals.values()) {
      if (
        state.state === 'pending' &&
        other.binding === request.binding &&
        other.agentId === request.agentId
      ) {
        return state;
      }
    }
    const id = `apr_${this.approvals.size + 1}`;
    const state: ApprovalState = {
      id,
      ticket: ticketOf(1000 + this.approvals.size),
      state: 'pending',
      decidedBy: null,
      reason: null,
      expiresAt: new Date(Date.now() + request.ttlSeconds * 1000),
    };
    this.approvals.set(id, { request, state, usedBy: null });
    return state;
  }

  async approval(id: string) {
    return this.approvals.get(id)?.state ?? null;
  }

  async findApproved(agentId: string, resourceId: string, binding: string) {
    for (const { request, state } of this.approvals.values()) {
      const same =
        request.binding === binding && request.agentId === agentId && request.resourceId === resourceId;
      if (same && state.state === 'approved') return state;
    }
    return null;
  }

  async useApproval(id: string, sessionId: string) {
    const approval = this.approvals.get(id);
    if (approval?.state.state !== 'approved') return false;
    approval.usedBy = sessionId;
    approval.state = { ...approval.state, state: 'used' };
    return true;
  }

  async cancelApproval(id: string, reason: string, _sessionId?: string) {
    const approval = this.approvals.get(id);
    if (approval?.state.state === 'pending')
      approval.state = { ...approval.state, state: 'cancelled', reason };
  }

  async subscribe(listener: (event: ControlEvent) => void) {
    this.#listeners.push(listener);
  }

  async openCuts(): Promise<readonly CutOrder[]> {
    return [];
  }

  async confirmCut(cutId: string, ended: number) {
    this.confirmed.push({ cutId, ended });
  }

  async registerWorker() {}

  async heartbeat() {
    this.#reachable();
  }

  async reportAway(from: Date, to: Date) {
    this.#reachable();
    this.awayTold.push({ from, to });
  }

  async relayCancel(proof: string) {
    this.#reachable();
    for (const listener of this.#listeners) listener({ kind: 'cancel', proof });
  }

  async countRefusals(counts: readonly RefusalCount[]) {
    this.refusals.push(...counts);
  }

  async importStatements(batch: StatementBatch) {
    this.statements.push(...batch.rows);
  }

  async recordingSealed() {}
  async closeOrphans() {}
  async close() {}

  /** Waits for the next request that nobody has answered. */
  async pending(): Promise<{ id: string; request: NewApproval; state: ApprovalState }> {
    const deadline = Date.now() + holdMsMax;
    for (;;) {
      for (const [id, { request, state }] of this.approvals) {
        if (state.state === 'pending') return { id, request, state };
      }
      if (Date.now() > deadline) throw new Error('nothing was held');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** An approver asks, or proposes a narrower statement; nothing is decided by it. */
  ask(id: string, text: string, statement: string | null = null): void {
    const approval = this.approvals.get(id);
    if (!approval) throw new Error(`no approval ${id}`);
    approval.state = { ...approval.state, question: { by: 'Barbara', text, statement } };
    this.#tell({ kind: 'approval', id });
  }

  answer(id: string, state: 'approved' | 'denied' | 'expired', reason: string | null = null): void {
    const approval = this.approvals.get(id);
    if (!approval) throw new Error('no such request');
    approval.state = { ...approval.state, state, decidedBy: 'Barbara', reason };
    this.#tell({ kind: 'approval', id });
  }

  /** People changed something: policies, grants, masks. */
  changed(): void {
    this.policyVersion += 1;
    this.#tell({ kind: 'access-changed' });
  }

  cut(subjectKind: CutOrder['subjectKind'], subjectId: string, reason: string): void {
    this.#cuts += 1;
    this.#tell({ kind: 'cut', cut: { id: `cut_${this.#cuts}`, subjectKind, subjectId, reason } });
  }

  revoke(agentId: string, grantId: string, reason: string): void {
    const agent = this.agents.get(agentId);
    if (agent) agent.grants = agent.grants.filter(({ id }) => id !== grantId);
    this.cut('grant', grantId, reason);
    this.#tell({ kind: 'access-changed' });
  }

  #tell(event: ControlEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #reachable(): void {
    if (this.away) throw new Error('the control database is away');
  }
}
