import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export type Cell = string | number;

/** What a benchmark keeps in `bench/results`: the figures for programs, and a page for people. */
export interface Report {
  /** Name of the files. */
  readonly name: string;
  readonly title: string;
  /** What writes it again. */
  readonly command: string;
  /** What one must know to read the figures. */
  readonly notes: readonly string[];
  readonly table: readonly Readonly<Record<string, Cell>>[];
  /** Stands in the file for programs; the table itself when there is nothing else. */
  readonly data?: Readonly<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, 'results');

export async function writeReport(report: Report): Promise<void> {
  const { name, data = { rows: report.table } } = report;
  const at = new Date().toISOString();
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, `${name}.json`),
    `${JSON.stringify({ at, machine: machine(), ...data }, null, 2)}\n`,
  );
  await writeFile(join(folder, `${name}.md`), page(report, at));
}

function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

function page({ title, command, notes, table }: Report, at: string): string {
  const heads = [...new Set(table.flatMap((row) => Object.keys(row)))];
  const lines = [
    heads,
    heads.map(() => '---'),
    ...table.map((row) => heads.map((head) => String(row[head] ?? ''))),
  ];
  return `# ${title}

Written by \`${command}\` on ${at.slice(0, 10)}.

- Machine: ${machine()}; database, client and everything in between share it.
${notes.map((note) => `- ${note}\n`).join('')}
${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}
`;
}
