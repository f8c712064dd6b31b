import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { median } from './measure.ts';

/** One kind of load: for each way the medians of its rounds. */
export interface Row {
  readonly load: string;
  readonly mode: string;
  readonly clients: number;
  readonly ways: Readonly<Record<string, { readonly tps: number; readonly cpuUs: number | null }>>;
}

export interface Conditions {
  readonly seconds: number;
  readonly rounds: number;
  readonly tls: boolean;
  readonly pgbench: string;
  readonly postgres: string;
}

export function rowOf(
  what: Omit<Row, 'ways'>,
  measured: ReadonlyMap<string, readonly { readonly tps: number; readonly cpuUs: number }[]>,
): Row {
  const ways: Record<string, { tps: number; cpuUs: number | null }> = {};
  for (const [name, runs] of measured) {
    const cpuUs = median(runs.map((run) => run.cpuUs));
    ways[name] = {
      tps: significant(median(runs.map(({ tps }) => tps))),
      cpuUs: Number.isNaN(cpuUs) ? null : significant(cpuUs),
    };
  }
  return { ...what, ways };
}

function significant(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** One line of the table: transactions a second, ratios, microseconds of CPU a transaction. */
export function cells({ load, mode, clients, ways }: Row): Record<string, string> {
  const out: Record<string, string> = { load, protocol: mode, clients: String(clients) };
  for (const [name, { tps }] of Object.entries(ways)) out[name] = String(tps);
  for (const other of ['direct', 'relay', 'pgbouncer']) {
    const [ours, theirs] = [ways.gateway, ways[other]];
    if (ours !== undefined && theirs !== undefined) out[`of ${other}`] = (ours.tps / theirs.tps).toFixed(2);
  }
  for (const [name, { cpuUs }] of Object.entries(ways)) {
    if (name !== 'direct') out[`${name} µs`] = cpuUs === null ? '' : String(cpuUs);
  }
  return out;
}

export async function writeReport(name: string, rows: readonly Row[], conditions: Conditions): Promise<void> {
  const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
  const result = { at: new Date().toISOString(), machine, ...conditions, rows };
  await mkdir('bench/results', { recursive: true });
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(`bench/results/${name}.md`, markdown(rows, conditions, result.at, machine));
}

function markdown(rows: readonly Row[], conditions: Conditions, at: string, machine: string): string {
  const table = rows.map(cells);
  const heads = [...new Set(table.flatMap((line) => Object.keys(line)))];
  const lines = [
    heads,
    heads.map(() => '---'),
    ...table.map((line) => heads.map((head) => line[head] ?? '')),
  ];
  const { seconds, rounds, tls, postgres, pgbench } = conditions;
  return `# Postgres: what the gateway costs

Written by \`npm run bench:postgres\` on ${at.slice(0, 10)}.

- Machine: ${machine}; database, client and everything in between share it.
- ${postgres}; ${pgbench}; TLS between client and what it talks to: ${tls ? 'on, everywhere' : 'off, everywhere'}; none behind.
- Each number is the median of ${rounds} runs of ${seconds} s, the ways one after the other in rounds, after a run to warm up.
- \`relay\` is a Node process that only pipes bytes. \`unrecorded\` is the gateway without recording, to tell its share; nothing that ships runs so.
- Loads: \`accounts\` is pgbench -S on a resource that has masks; \`masked\` reads a row with two masked columns; \`bulk\` reads 1,000,000 rows of 5 columns, \`bulk masked\` the same of a table with two masked columns.
- Columns named after a way are transactions a second; \`µs\` is CPU of all threads of the process in between, for one transaction.

${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}
`;
}
