// Counters of one worker, in Prometheus' text format. Nothing here names an agent or a text.

/** Upper bounds of the latency buckets, in seconds: from a cached decision to an estimate's timeout. */
const bucketsSeconds = [0.000005, 0.00002, 0.0001, 0.0005, 0.002, 0.01, 0.05, 0.5] as const;

type Labels = Readonly<Record<string, string>>;

export class Metrics {
  readonly #counters = new Map<string, number>();
  readonly #gauges = new Map<string, () => number>();
  readonly #buckets = new Array<number>(bucketsSeconds.length + 1).fill(0);
  #latencySum = 0;
  #latencyCount = 0;

  add(name: string, by = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }

  /** A value read when somebody asks. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  value(name: string): number {
    return this.#counters.get(name) ?? this.#gauges.get(name)?.() ?? 0;
  }

  decided(seconds: number): void {
    let index = 0;
    while (index < bucketsSeconds.length && seconds > (bucketsSeconds[index] as number)) index += 1;
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    this.#latencySum += seconds;
    this.#latencyCount += 1;
  }

  render(): string {
    const lines: string[] = [];
    const typed = new Set<string>();
    const put = (name: string, value: number, type: string) => {
      const family = name.split('{', 1)[0] as string;
      if (!typed.has(family)) lines.push(`# TYPE ${family} ${type}`);
      typed.add(family);
      lines.push(`${name} ${value}`);
    };
    for (const name of [...this.#counters.keys()].sort()) put(name, this.#counters.get(name) ?? 0, 'counter');
    for (const [name, read] of this.#gauges) put(name, read(), 'gauge');
    lines.push('# TYPE countersign_decision_seconds histogram');
    let seen = 0;
    this.#buckets.forEach((count, index) => {
      seen += count;
      const bound = bucketsSeconds[index] ?? '+Inf';
      lines.push(`countersign_decision_seconds_bucket{le="${bound}"} ${seen}`);
    });
    lines.push(`countersign_decision_seconds_sum ${this.#latencySum}`);
    lines.push(`countersign_decision_seconds_count ${this.#latencyCount}`);
    return `${lines.join('\n')}\n`;
  }
}

/** A counter's name with its labels, built once where it is counted. */
export function labelled(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replace(/["\\\n]/g, '_')}"`);
  return `${name}{${pairs.join(',')}}`;
}

export const counted = {
  sessions: 'countersign_sessions_opened_total',
  cuts: 'countersign_sessions_cut_total',
  allow: labelled('countersign_statements_total', { decision: 'allow' }),
  hold: labelled('countersign_statements_total', { decision: 'hold' }),
  deny: labelled('countersign_statements_total', { decision: 'deny' }),
  bytesOut: 'countersign_bytes_out_total',
  maskedFields: 'countersign_masked_fields_total',
  factsHit: labelled('countersign_cache_total', { cache: 'facts', result: 'hit' }),
  factsMiss: labelled('countersign_cache_total', { cache: 'facts', result: 'miss' }),
  decisionHit: labelled('countersign_cache_total', { cache: 'decision', result: 'hit' }),
  decisionMiss: labelled('countersign_cache_total', { cache: 'decision', result: 'miss' }),
  lineageMismatch: 'countersign_lineage_mismatch_total',
} as const;
