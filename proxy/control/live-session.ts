import type { AgentAccess } from './control-plane.ts';

export interface CutNotice {
  readonly reason: string;
}

/** What a session needs of the worker's watch. */
export interface SessionWatch {
  accessOf(agentId: string, resourceId: string): Promise<AgentAccess>;
  /** Grows with every change that people make: an `AgentAccess` read under an older number is stale. */
  readonly generation: number;
  forget(session: LiveSession): void;
}

/** One session as revocation sees it: registered before its access is read, so no cut is missed. */
export class LiveSession {
  readonly id: string;
  readonly agentId: string;
  readonly resourceId: string;
  readonly #watch: SessionWatch;
  #access: AgentAccess | null = null;
  #generation = -1;
  #grantIds: readonly string[] | null = null;
  /** Cuts of grants that came before it was known which grants the session holds. */
  readonly #early: { grantId: string; reason: string }[] = [];
  #notice: CutNotice | null = null;
  #onCut: ((notice: CutNotice) => void) | null = null;
  #onRelease: (() => void)[] = [];
  #released = false;

  constructor(watch: SessionWatch, id: string, agentId: string, resourceId: string) {
    this.#watch = watch;
    this.id = id;
    this.agentId = agentId;
    this.resourceId = resourceId;
  }

  /** The access that was read last. Check `fresh` before deciding by it. */
  access(): AgentAccess {
    if (this.#access === null) throw new Error('the session has not read its access yet');
    return this.#access;
  }

  get fresh(): boolean {
    return this.#generation === this.#watch.generation;
  }

  /** Reads the access anew when something changed. */
  async refresh(): Promise<AgentAccess> {
    while (!this.fresh || this.#access === null) {
      const { generation } = this.#watch;
      this.#access = await this.#watch.accessOf(this.agentId, this.resourceId);
      this.#generation = generation;
      this.#check(this.#access);
    }
    return this.#access;
  }

  hold(grantIds: readonly string[]): void {
    this.#grantIds = grantIds;
    for (const { grantId, reason } of this.#early) {
      if (grantIds.includes(grantId)) this.cut(reason);
    }
  }

  grantCut(grantId: string, reason: string): void {
    if (this.#grantIds === null) this.#early.push({ grantId, reason });
    else if (this.#grantIds.includes(grantId)) this.cut(reason);
  }

  cut(reason: string): void {
    if (this.#notice !== null || this.#released) return;
    this.#notice = { reason };
    this.#onCut?.(this.#notice);
  }

  get notice(): CutNotice | null {
    return this.#notice;
  }

  /** Called at once when the session was cut before. */
  onCut(handler: (notice: CutNotice) => void): void {
    this.#onCut = handler;
    if (this.#notice !== null) handler(this.#notice);
  }

  holdsAny(subjectKind: 'grant' | 'agent' | 'session', subjectId: string): boolean {
    if (subjectKind === 'session') return this.id === subjectId;
    if (subjectKind === 'agent') return this.agentId === subjectId;
    return this.#grantIds === null || this.#grantIds.includes(subjectId);
  }

  onRelease(handler: () => void): void {
    if (this.#released) handler();
    else this.#onRelease.push(handler);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#watch.forget(this);
    for (const handler of this.#onRelease) handler();
    this.#onRelease = [];
  }

  #check(access: AgentAccess): void {
    if (access.agentState !== 'active') this.cut(`agent is ${access.agentState}`);
    if (this.#grantIds === null) return;
    // One that was replaced by the same with another reason or end goes on as that one.
    const held = this.#grantIds.map((id) => access.successors[id] ?? id);
    this.#grantIds = held;
    const inForce = new Set(access.grants.map(({ id }) => id));
    if (held.some((id) => !inForce.has(id))) this.cut('a grant that this session runs under has ended');
  }
}
