import type { Clock } from '#lib/core/clock';
import { controlPlaneAwayMsMax, heartbeatMs } from '#lib/core/limits';
import type { AgentAccess, ControlEvent, ControlPlane, CutOrder } from './control-plane.ts';
import { LiveSession, type SessionWatch } from './live-session.ts';

/** Heartbeats may fail this long before new sessions are refused. */
const trustMs = 4_000;
/** A cut is confirmed when its sessions have ended, or after this long: then it says how many did. */
const confirmMsMax = 3_000;

/** A worker's ear: what people change reaches its sessions through here, within a second. */
export class Watch implements SessionWatch {
  generation = 0;
  /** A CancelRequest came to another worker: whoever has the session acts on it. */
  onCancel: (proof: string) => void = () => {};
  readonly #control: ControlPlane;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, LiveSession>();
  readonly #access = new Map<string, Promise<AgentAccess>>();
  readonly #approvals = new Map<string, Set<() => void>>();
  readonly #applied = new Set<string>();
  #heardAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #beating = false;
  /** When the control plane did not answer, until the ledger has it. */
  readonly #away: { readonly from: Date; readonly to: Date }[] = [];
  #telling = false;

  constructor(control: ControlPlane, clock: Clock) {
    this.#control = control;
    this.#clock = clock;
  }

  async start(host: string, pid: number): Promise<void> {
    await this.#control.registerWorker(host, pid);
    await this.#control.subscribe((event) => this.#hear(event));
    await this.#applyOpenCuts();
    this.#heardAt = this.#clock.now().getTime();
    this.#timer = setInterval(() => void this.#beat(), heartbeatMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Null when the control plane answers; else why no session may open. */
  trouble(): string | null {
    const away = this.#clock.now().getTime() - this.#heardAt;
    if (away <= trustMs) return null;
    return 'The control plane does not answer, so nothing new starts. Try again in a moment.';
  }

  open(id: string, agentId: string, resourceId: string): LiveSession {
    const session = new LiveSession(this, id, agentId, resourceId);
    this.#sessions.set(id, session);
    return session;
  }

  forget(session: LiveSession): void {
    this.#sessions.delete(session.id);
  }

  accessOf(agentId: string, resourceId: string): Promise<AgentAccess> {
    const key = `${agentId} ${resourceId}`;
    const known = this.#access.get(key);
    if (known) return known;
    const read = this.#control.access(agentId, resourceId);
    this.#access.set(key, read);
    read.catch(() => {
      if (this.#access.get(key) === read) this.#access.delete(key);
    });
    return read;
  }

  /** Calls back at every change of an approval; the result ends it. */
  onApproval(id: string, changed: () => void): () => void {
    const waiting = this.#approvals.get(id) ?? new Set();
    waiting.add(changed);
    this.#approvals.set(id, waiting);
    return () => {
      waiting.delete(changed);
      if (waiting.size === 0) this.#approvals.delete(id);
    };
  }

  cutAll(reason: string): void {
    for (const session of this.#sessions.values()) session.cut(reason);
  }

  #hear(event: ControlEvent): void {
    switch (event.kind) {
      case 'cut':
        void this.#apply(event.cut);
        return;
      case 'access-changed':
        this.#accessChanged();
        return;
      case 'approval':
        for (const changed of this.#approvals.get(event.id) ?? []) changed();
        return;
      case 'cancel':
        this.onCancel(event.proof);
        return;
      case 'resubscribed':
        this.#accessChanged();
        for (const waiting of this.#approvals.values()) for (const changed of waiting) changed();
        void this.#applyOpenCuts().catch(() => {});
        return;
    }
  }

  #accessChanged(): void {
    this.generation += 1;
    this.#access.clear();
    // Sessions notice by themselves at their next statement; idle ones must notice too.
    for (const session of this.#sessions.values()) session.refresh().catch(() => {});
  }

  async #applyOpenCuts(): Promise<void> {
    for (const cut of await this.#control.openCuts()) await this.#apply(cut);
  }

  async #apply(cut: CutOrder): Promise<void> {
    if (this.#applied.has(cut.id)) return;
    this.#applied.add(cut.id);
    const subjects = [cut.subjectId, ...(cut.alsoIds ?? [])];
    const hit = [...this.#sessions.values()].filter((one) =>
      subjects.some((id) => one.holdsAny(cut.subjectKind, id)),
    );
    for (const session of hit) {
      if (cut.subjectKind !== 'grant') session.cut(cut.reason);
      else for (const id of subjects) session.grantCut(id, cut.reason);
    }
    let ended = 0;
    const cutSessions = hit.filter((session) => session.notice !== null);
    const all = Promise.all(
      cutSessions.map(
        (session) =>
          new Promise<void>((resolve) =>
            session.onRelease(() => {
              ended += 1;
              resolve();
            }),
          ),
      ),
    );
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, confirmMsMax).unref())]);
    await this.#control.confirmCut(cut.id, ended).catch(() => this.#applied.delete(cut.id));
  }

  /** Beside the heartbeat, which must not wait for it: nothing in the ledger tells of its own gaps. */
  async #tellAway(): Promise<void> {
    const [first] = this.#away;
    if (first === undefined || this.#telling) return;
    this.#telling = true;
    try {
      await this.#control.reportAway(first.from, first.to);
      this.#away.shift();
    } catch {
      // It stays first: the next heartbeat that is answered tries again.
    } finally {
      this.#telling = false;
    }
  }

  async #beat(): Promise<void> {
    const away = this.#clock.now().getTime() - this.#heardAt;
    if (away > controlPlaneAwayMsMax && this.#sessions.size > 0) {
      this.cutAll('the control plane has not answered for a minute');
    }
    if (this.#beating) return;
    this.#beating = true;
    try {
      await this.#control.heartbeat();
      const now = this.#clock.now().getTime();
      if (now - this.#heardAt > trustMs)
        this.#away.push({ from: new Date(this.#heardAt), to: new Date(now) });
      this.#heardAt = now;
      void this.#tellAway();
    } catch {
      // Counted by its absence: `trouble` and the cut above look at the last answer.
    } finally {
      this.#beating = false;
    }
  }
}
