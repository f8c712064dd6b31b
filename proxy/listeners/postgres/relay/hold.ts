import type { ApprovalState, ControlPlane, NewApproval } from '#proxy/control/control-plane';
import type { Watch } from '#proxy/control/watch';

/** Notifications can be lost: an open request is looked at this often all the same. */
const lookAgainMs = 2_000;

export type Departure = 'left' | 'cancelled' | 'cut';

/** What a held statement's wait came to. */
export type Answer =
  | { readonly kind: 'approved'; readonly approval: ApprovalState }
  | { readonly kind: 'refused'; readonly approval: ApprovalState }
  | { readonly kind: 'pending'; readonly approval: ApprovalState }
  | { readonly kind: 'departed'; readonly approval: ApprovalState; readonly how: Departure };

/** One wait for people. `depart` ends it at once: nothing runs late. */
export class Hold {
  readonly #control: ControlPlane;
  readonly #watch: Watch;
  #departed: Departure | null = null;
  #wake: (() => void) | null = null;

  constructor(control: ControlPlane, watch: Watch) {
    this.#control = control;
    this.#watch = watch;
  }

  depart(how: Departure): void {
    this.#departed ??= how;
    this.#wake?.();
  }

  get departed(): Departure | null {
    return this.#departed;
  }

  /** Files the request and waits until it is answered, until `holdUntil`, or until the agent is gone. */
  async wait(request: NewApproval, filed: (approval: ApprovalState) => void): Promise<Answer> {
    let approval = await this.#control.requestApproval(request);
    filed(approval);
    let changed = false;
    const unsubscribe = this.#watch.onApproval(approval.id, () => {
      changed = true;
      this.#wake?.();
    });
    try {
      approval = (await this.#control.approval(approval.id)) ?? approval;
      for (;;) {
        const settled = await this.#settled(approval, request.sessionId);
        if (settled !== null) return settled;
        const leftMs = request.holdUntil.getTime() - Date.now();
        if (leftMs <= 0) return { kind: 'pending', approval };
        if (!changed) await this.#sleep(Math.min(leftMs, lookAgainMs));
        changed = false;
        if (this.#departed === null) approval = (await this.#control.approval(approval.id)) ?? approval;
      }
    } finally {
      unsubscribe();
    }
  }

  async #settled(approval: ApprovalState, sessionId: string): Promise<Answer | null> {
    const how = this.#departed;
    if (how !== null) {
      const reason = {
        left: 'the agent left',
        cancelled: 'the agent cancelled it',
        cut: 'its session was ended',
      };
      await this.#control.cancelApproval(approval.id, reason[how], sessionId).catch(() => {});
      return { kind: 'departed', approval, how };
    }
    if (approval.state === 'approved') return { kind: 'approved', approval };
    if (approval.state !== 'pending') return { kind: 'refused', approval };
    // Somebody wants to know something first: the agent hears of it now, not when its time is over.
    return approval.question ? { kind: 'pending', approval } : null;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.#wake = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
      if (this.#departed !== null) done();
    });
  }
}
