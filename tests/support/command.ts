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

/** Programs that some tests drive the gateway with, and that not every machine has. */
export const tools = ['psql', 'pgbench'] as const;

export type Tool = (typeof tools)[number];

/** Whether this machine has it: tests that need it use `describe.skipIf(!hasTool('psql'))`. */
export function hasTool(tool: Tool): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0;
}
