import { writeReport } from '../report.ts';
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
  const { direct, searching } = ways;
  if (direct !== undefined && searching !== undefined)
    out['searching of direct'] = (searching.tps / direct.tps).toFixed(2);
  for (const [name, { cpuUs }] of Object.entries(ways)) {
    if (name !== 'direct') out[`${name} µs`] = cpuUs === null ? '' : String(cpuUs);
  }
  return out;
}

export async function writePostgresReport(
  name: string,
  rows: readonly Row[],
  conditions: Conditions,
): Promise<void> {
  const { seconds, rounds, tls, postgres, pgbench } = conditions;
  await writeReport({
    name,
    title: 'Postgres: what the gateway costs',
    command: 'npm run bench:postgres',
    notes: [
      `${postgres}; ${pgbench}; TLS between client and what it talks to: ${tls ? 'on, everywhere' : 'off, everywhere'}; none behind.`,
      `Each number is the median of ${rounds} runs of ${seconds} s, the ways one after the other in rounds, after a run to warm up.`,
      '`relay` is a Node process that only pipes bytes. `unrecorded` is the gateway without recording, to tell its share; nothing that ships runs so.',
      'Loads: `accounts` is pgbench -S on a resource that has masks; `masked` reads a row with two masked columns; `bulk` reads 1,000,000 rows of 5 columns, `bulk masked` the same of a table with two masked columns, `bulk clean` of one in which detectors find nothing (in `bulk` they find something in every row).',
      '`searching` is the gateway with all detectors on: `--ways direct,relay,gateway,searching --loads "bulk,bulk clean" --out postgres-detectors`.',
      'Columns named after a way are transactions a second; `µs` is CPU of all threads of the process in between, for one transaction.',
    ],
    table: rows.map(cells),
    data: { ...conditions, rows },
  });
}
