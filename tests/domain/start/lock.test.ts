import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockHolder, takeLock } from '#bin/start/lock';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'lock');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a home', () => {
  it('is held by one, told by its process, and free again afterwards', async () => {
    const release = await takeLock(path);
    expect(await lockHolder(path)).toBe(process.pid);
    await expect(takeLock(path)).rejects.toThrow(
      new RegExp(`Another start \\(process ${process.pid}\\) uses the data in ${folder}`),
    );
    await release();
    expect(await lockHolder(path)).toBe(null);
    await (await takeLock(path))();
  });

  it('is taken over from a process that is gone', async () => {
    const child = spawn(process.execPath, [
      ...['--input-type=module', '-e'],
      `const { takeLock } = await import(${JSON.stringify(join(process.cwd(), 'bin/start/lock.ts'))});
       await takeLock(${JSON.stringify(path)});
       setInterval(() => {}, 1000);`,
    ]);
    await until(async () => (await lockHolder(path)) === child.pid);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const release = await takeLock(path);
    expect(await lockHolder(path)).toBe(process.pid);
    await release();
  });

  it('is not believed when its process id belongs to another program by now', async () => {
    await writeFile(path, `${process.pid} some-other-beginning\n`);
    expect(await lockHolder(path)).toBe(null);
    await (await takeLock(path))();
  });

  it('is not believed when it is garbage', async () => {
    await writeFile(path, 'garbage');
    expect(await lockHolder(path)).toBe(null);
    const release = await takeLock(path);
    expect(await readFile(path, 'utf8')).toMatch(/^\d+ /);
    await release();
  });

  it('goes to one of several that want it at once', async () => {
    const tries = await Promise.allSettled([1, 2, 3].map(() => takeLock(path)));
    const got = tries.filter((one) => one.status === 'fulfilled');
    expect(got.length).toBeGreaterThanOrEqual(1);
    for (const one of got) await one.value();
  });
});

async function until(test: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen');
}
