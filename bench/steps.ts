import type { BenchCluster } from './cluster.ts';

export type Step = Readonly<Record<string, string | number>>;

/** Does the steps of a benchmark one after the other, and keeps what each took. */
export function stepsOn(cluster: Pick<BenchCluster, 'cpuMs'> | null) {
  const steps: Step[] = [];
  return {
    steps,
    /** `wanted`: seconds that it may take. */
    async step<Result>(
      name: string,
      work: () => Promise<Result>,
      said: { readonly wanted?: number; readonly note?: (result: Result) => string } = {},
    ): Promise<Result> {
      const database = (await cluster?.cpuMs()) ?? 0;
      const cpu = process.cpuUsage();
      const started = performance.now();
      const result = await work();
      const wall = (performance.now() - started) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      steps.push({
        step: name,
        seconds: rounded(wall),
        wanted: said.wanted ?? '',
        'Node CPU s': rounded((user + system) / 1e6),
        'database CPU s': rounded((((await cluster?.cpuMs()) ?? 0) - database) / 1000),
        note: said.note?.(result) ?? '',
      });
      console.log(steps.at(-1));
      if (said.wanted !== undefined && wall > said.wanted) process.exitCode = 1;
      return result;
    },
  };
}

export function rounded(value: number): number {
  return Number(value.toFixed(value < 1 ? 3 : 1));
}

/** The most memory that this process held while `work` ran, in MiB: read every 20 ms. */
export async function peakMemory<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly peak: number; readonly before: number }> {
  const now = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
  const before = now();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, now());
  }, 20);
  try {
    return { result: await work(), before, peak: Math.max(peak, now()) };
  } finally {
    clearInterval(timer);
  }
}
