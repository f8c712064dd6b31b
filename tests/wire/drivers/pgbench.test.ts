import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothWays, openBothWays, type Way } from '#tests/support/both-ways';
import { command, hasTool } from '#tests/support/command';

let ways: BothWays;

beforeAll(async () => {
  ways = await openBothWays();
});

afterAll(() => ways?.close());

const seeded = ['-n', '--random-seed=7', '-c', '1', '-t', '40'];

/** Writes, reads back and rolls back; what is left must be the same on both. */
const script = `\\set n random(1, 1000)
\\set aid random(1, 100000)
begin;
update pgbench_accounts set abalance = abalance + :n where aid = :aid;
select abalance from pgbench_accounts where aid = :aid \\gset
insert into pgbench_history(tid, bid, aid, delta, mtime) values (1, 1, :aid, :abalance, '2024-01-01');
commit;
`;
const pipelined = `\\set n random(1, 1000)
\\startpipeline
begin;
update pgbench_accounts set abalance = abalance - :n where aid = :n;
update pgbench_tellers set tbalance = tbalance - :n where tid = 3;
end;
\\endpipeline
`;

/** What pgbench said, without times, and what its runs left in the tables. */
async function left({ environment }: Way, options: readonly string[]): Promise<unknown> {
  const run = async (program: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await command(program, args, environment);
    return { code, stdout: stdout.replace(/^(latency|tps|initial connection).*\n/gm, ''), stderr };
  };
  const made = await command('pgbench', ['-i', '-q', '-s', '1', '-I', 'dtgp'], environment);
  const done = await run('pgbench', [...seeded, ...options]);
  const sums = `select (select sum(abalance) from pgbench_accounts), (select sum(tbalance) from pgbench_tellers),
    (select sum(bbalance) from pgbench_branches), (select count(*) || '/' || sum(delta) from pgbench_history)`;
  return { made: made.code, done, tables: await run('psql', ['-X', '-A', '-t', '-c', sums]) };
}

describe.skipIf(!hasTool('pgbench') || !hasTool('psql'))('pgbench', () => {
  it.each(['simple', 'extended', 'prepared'])(
    'leaves through the gateway what it leaves directly, in mode %s',
    { timeout: 60_000 },
    async (mode) => {
      const file = join(ways.gateway.home, 'script.sql');
      await writeFile(file, script);
      const { direct, gateway } = await ways.both(async (way) => [
        await left(way, ['-M', mode]),
        await left(way, ['-M', mode, '-f', file]),
      ]);
      expect(direct).toMatchObject([
        { made: 0, done: { code: 0 } },
        { made: 0, done: { code: 0 } },
      ]);
      expect(gateway).toEqual(direct);
    },
  );

  it.each(['extended', 'prepared'])('in pipelines, in mode %s', { timeout: 60_000 }, async (mode) => {
    const file = join(ways.gateway.home, 'pipelined.sql');
    await writeFile(file, pipelined);
    const { direct, gateway } = await ways.both((way) => left(way, ['-M', mode, '-f', file]));
    expect(direct).toMatchObject({ made: 0, done: { code: 0 } });
    expect(gateway).toEqual(direct);
  });
});
