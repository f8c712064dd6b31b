import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasTool, tools } from './support/command.ts';

// `npm test`: everything, one runner after the other, and one closing line over all of them.

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Runner {
  readonly name: string;
  readonly command: readonly string[];
  /** Null: a check that passes or fails as a whole. */
  readonly counts: (() => Promise<Counts>) | null;
}

const vitestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
});
const playwrightResults = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

const runners: readonly Runner[] = [
  { name: 'format and lint', command: [bin('biome'), 'check', '.'], counts: null },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', '.'], counts: null },
  {
    name: 'architecture, domain, wire, hostile',
    command: [
      bin('vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=test-results/vitest.json',
    ],
    counts: async () => {
      const found = vitestResults.parse(await jsonOf('vitest.json'));
      return {
        passed: found.numPassedTests,
        // A file that does not load has no failed test in it.
        failed: Math.max(found.numFailedTests, found.numFailedTestSuites > 0 ? 1 : 0),
        skipped: found.numPendingTests + found.numTodoTests,
      };
    },
  },
  {
    name: 'browser',
    command: [bin('playwright'), 'test'],
    counts: async () => {
      const { stats } = playwrightResults.parse(await jsonOf('playwright.json'));
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
    },
  },
];

async function jsonOf(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(results, name), 'utf8'));
}

async function main(): Promise<number> {
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const runner of runners) {
    const counts = await runOne(runner);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  const missing = tools.filter((tool) => !hasTool(tool));
  if (missing.length > 0) {
    console.log(
      `\nLEFT OUT: tests that drive the gateway with ${missing.join(', ')}, not found on this machine.`,
    );
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

async function runOne(runner: Runner): Promise<Counts> {
  console.log(`\n── ${runner.name} ──`);
  const code = await exitOf(runner.command);
  if (runner.counts === null) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const counts = await runner.counts().catch(() => ({ passed: 0, failed: 1, skipped: 0 }));
  if (counts.passed === 0 && counts.failed === 0) {
    console.log(`The runner "${runner.name}" ran no test.`);
    return { ...counts, failed: 1 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function exitOf([program = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
