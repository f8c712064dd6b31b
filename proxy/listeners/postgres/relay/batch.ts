/** Outcomes may wait this long for the next intent to go to the spool with them. */
const outcomeMsMax = 10;

interface Member {
  /** Intents to the spool, then bytes to the target. */
  forwardNow(): void;
  /** What was recorded since, to the spool. */
  recordNow(): void;
}

/**
 * One spool write for all sessions that were read in one turn of the event loop: the first member's
 * flush takes everybody's records along.
 */
export class Batch {
  #forwarding: Member[] = [];
  #recording: Member[] = [];
  #timer: NodeJS.Timeout | null = null;

  forward(member: Member): void {
    if (this.#forwarding.push(member) > 1) return;
    setImmediate(() => {
      const members = this.#forwarding;
      this.#forwarding = [];
      for (const one of members) one.forwardNow();
    });
  }

  /** An outcome was recorded. It rides with the next intent, or goes by itself soon. */
  record(member: Member): void {
    this.#recording.push(member);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const members = this.#recording;
      this.#recording = [];
      for (const one of members) one.recordNow();
    }, outcomeMsMax);
  }
}
