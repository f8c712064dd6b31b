import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServices } from '#bin/start/services';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function service(name: string, code: string) {
  const script = join(folder, `${name}.mjs`);
  await writeFile(script, code);
  return { name, command: [script], environment: {}, logFile: join(folder, `${name}.log`) };
}

const lives = (mark: string) => `
  import { appendFileSync } from 'node:fs';
  appendFileSync(${JSON.stringify(mark)}, process.pid + '\\n');
  process.once('SIGTERM', () => { appendFileSync(${JSON.stringify(mark)}, 'asked\\n'); process.exit(0); });
  setInterval(() => {}, 1000);`;

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function until(test: () => Promise<boolean> | boolean): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen');
}

describe('services', () => {
  it('are told to end and waited for', async () => {
    const mark = join(folder, 'calm');
    const services = createServices(() => {});
    const spec = await service('calm', lives(mark));
    await services.start({ ...spec, isReady: async () => (await linesOf(mark)).length > 0 });
    await services.stopAll();
    expect((await linesOf(mark)).at(-1)).toBe('asked');
  });

  it('are started again when they die', async () => {
    const mark = join(folder, 'dies');
    const services = createServices(() => {});
    const spec = await service('dies', lives(mark));
    await services.start({ ...spec, isReady: async () => (await linesOf(mark)).length > 0 });
    const [first = ''] = await linesOf(mark);
    process.kill(Number(first), 'SIGKILL');
    await until(async () => (await linesOf(mark)).length === 2);
    await services.stopAll();
    expect((await linesOf(mark)).at(-1)).toBe('asked');
  });

  it('that do not stay up are reported with the end of their log', async () => {
    const mark = join(folder, 'falls');
    let lost = '';
    const services = createServices((message) => {
      lost = message;
    });
    const spec = await service(
      'falls',
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(mark)}, 'x\\n');
       process.stderr.write('no more paper');
       setTimeout(() => process.exit(3), 60);`,
    );
    await services.start({ ...spec, isReady: async () => (await linesOf(mark)).length > 0 });
    await until(() => lost !== '');
    expect(lost).toMatch(/The falls does not stay up[\s\S]*no more paper/);
    await services.stopAll();
  });

  it('that end while starting fail the start', async () => {
    const services = createServices(() => {});
    const spec = await service('never', `process.stderr.write('bad setting'); process.exit(1);`);
    await expect(services.start({ ...spec, isReady: async () => false })).rejects.toThrow(
      /The never ended while starting[\s\S]*bad setting/,
    );
    await services.stopAll();
  });

  it('end when the launcher is killed', async () => {
    const mark = join(folder, 'orphan');
    const spec = await service('orphan', lives(mark));
    const launcher = await service(
      'launcher',
      `const { createServices } = await import(${JSON.stringify(join(process.cwd(), 'bin/start/services.ts'))});
       const { readFileSync } = await import('node:fs');
       await createServices(() => {}).start({ ...${JSON.stringify(spec)}, isReady: async () => readFileSync(${JSON.stringify(mark)}, 'utf8') !== '' });
       process.kill(process.pid, 'SIGKILL');`,
    );
    const outer = createServices(() => {});
    await expect(outer.runOnce(launcher)).rejects.toThrow(/launcher failed/);
    await until(async () => (await linesOf(mark)).at(-1) === 'asked');
    await outer.stopAll();
  });
});
