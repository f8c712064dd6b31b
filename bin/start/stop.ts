/** When and why a start ends. */
export interface Stop {
  /** Null: it was asked to; else what went wrong. */
  readonly requested: Promise<string | null>;
  request(fault: string | null): void;
  isRequested(): boolean;
  /** Everything has ended. */
  done(): void;
}

const parentCheckMs = 1_000;

/**
 * Ctrl-C, SIGTERM, a closed terminal; and npm's end, which may not reach us as a signal. A second
 * Ctrl-C does not wait.
 */
export function listenForStop(): Stop {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let asked = false;
  const request = (fault: string | null) => {
    asked = true;
    resolve(fault);
  };
  const onSignal = () => {
    if (asked) process.exit(130);
    request(null);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const parent = process.ppid;
  const byNpm = process.env.npm_lifecycle_event !== undefined;
  const watch = setInterval(() => {
    if (byNpm && process.ppid !== parent) request(null);
  }, parentCheckMs);
  return {
    requested: promise,
    request,
    isRequested: () => asked,
    done() {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
