import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothWays, openBothWays } from '#tests/support/both-ways';
import { command, hasTool } from '#tests/support/command';

let ways: BothWays;

beforeAll(async () => {
  ways = await openBothWays();
});

afterAll(() => ways?.close());

/** What names the way itself, not what came over it. */
const ownWords = /^(You are connected to|SSL connection|psql:.*: NOTICE: {2}Countersign).*\n/gm;

describe.skipIf(!hasTool('psql'))('psql', () => {
  it('prints through the gateway what it prints on the target', { timeout: 60_000 }, async () => {
    const { home } = ways.gateway;
    const file = join(home, 'large.bin');
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7) % 256));
    await writeFile(file, bytes);
    const input = await readFile(join(import.meta.dirname, 'psql_features.sql'), 'utf8');
    const { direct, gateway } = await ways.both(async ({ name, environment }) => {
      const out = join(home, `${name}.bin`);
      const done = await command(
        'psql',
        ['-X', '-v', `lo_file=${file}`, '-v', `lo_out=${out}`],
        environment,
        input,
      );
      expect((await readFile(out)).equals(bytes)).toBe(true);
      return {
        ...done,
        stdout: done.stdout.replace(ownWords, '').replace(/PID \d+/g, 'PID'),
        stderr: done.stderr.replace(/line \d+/g, 'line'),
      };
    });
    expect(direct.code).toBe(0);
    expect(direct.stdout.split('\n').length).toBeGreaterThan(100);
    expect(gateway.stdout.split('\n')).toEqual(direct.stdout.split('\n'));
    expect(gateway.stderr.split('\n')).toEqual(direct.stderr.split('\n'));
  });
});
