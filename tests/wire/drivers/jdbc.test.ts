import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothWays, openBothWays } from '#tests/support/both-ways';
import { command, hasTool, jdbcJar } from '#tests/support/command';

let ways: BothWays;

beforeAll(async () => {
  ways = await openBothWays();
});

afterAll(() => ways?.close());

describe.skipIf(!hasTool('JDBC'))('JDBC', () => {
  it('has through the gateway what it has on the target', { timeout: 120_000 }, async () => {
    const source = join(import.meta.dirname, 'JdbcFeatures.java');
    const { direct, gateway } = await ways.both(({ environment }) =>
      command('java', ['-Dfile.encoding=UTF-8', '-cp', jdbcJar, source], environment),
    );
    expect(direct).toMatchObject({ code: 0, stderr: '' });
    expect(gateway.stdout.split('\n')).toEqual(direct.stdout.split('\n'));
    expect(gateway).toMatchObject({ code: 0, stderr: '' });
    expect(direct.stdout.split('\n').length).toBeGreaterThan(100);
  });
});
