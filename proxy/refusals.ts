import type { Clock } from '#lib/core/clock';
import type { ControlPlane, RefusalCount } from './control/control-plane.ts';

/** Distinct (source, cause) pairs kept for one minute; more are counted under one name. */
const pairsMax = 10_000;
const flushMs = 60_000;

/** Counts refusals before a session exists: one row a source, cause and minute, never one a packet. */
export class Refusals {
  readonly #control: Pick<ControlPlane, 'countRefusals'>;
  readonly #clock: Clock;
  #counts = new Map<string, RefusalCount>();
  readonly #timer: NodeJS.Timeout;
  total = 0;

  constructor(control: Pick<ControlPlane, 'countRefusals'>, clock: Clock) {
    this.#control = control;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.flush(), flushMs);
    this.#timer.unref();
  }

  count(address: string, cause: string): void {
    this.total += 1;
    const minute = new Date(Math.floor(this.#clock.now().getTime() / 60_000) * 60_000);
    const source = this.#counts.size < pairsMax ? address : 'others';
    const key = `${source} ${cause} ${minute.getTime()}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { source, cause, minute, count });
  }

  /** Hands over what was counted; keeps it when the control plane does not answer. */
  async flush(): Promise<void> {
    if (this.#counts.size === 0) return;
    const counts = this.#counts;
    this.#counts = new Map();
    try {
      await this.#control.countRefusals([...counts.values()]);
    } catch {
      for (const [key, row] of counts) {
        const more = this.#counts.get(key)?.count ?? 0;
        this.#counts.set(key, { ...row, count: row.count + more });
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
