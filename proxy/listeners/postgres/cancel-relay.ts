import type { ControlPlane } from '#proxy/control/control-plane';

const secondMs = 1_000;
/** Anybody may send a CancelRequest: so many a second are passed on, the rest is dropped. */
const relaysPerSecondMax = 50;

/** Passes CancelRequests for sessions of other workers on, no more than the control plane should carry. */
export class CancelRelay {
  readonly #control: ControlPlane;
  #second = 0;
  #sent = 0;

  constructor(control: ControlPlane) {
    this.#control = control;
  }

  /** False: too many, this one is dropped. Best effort, as a CancelRequest is. */
  send(proof: string, nowMs: number): boolean {
    if (nowMs - this.#second >= secondMs) {
      this.#second = nowMs;
      this.#sent = 0;
    }
    if (this.#sent >= relaysPerSecondMax) return false;
    this.#sent += 1;
    this.#control.relayCancel?.(proof).catch(() => {});
    return true;
  }
}
