import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '#lib/core/page';
import { listImports } from '#lib/grants/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

const readings = 205;

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
  const start = world.clock.now().getTime();
  await world.database.db.grantImport.createMany({
    data: Array.from({ length: readings }, (_, at) => ({
      id: `imp_${String(at).padStart(4, '0')}`,
      ...{
        source: 'entra',
        digest: 'a'.repeat(64),
        rows: 1,
        added: 0,
        changed: 0,
        ended: 0,
        importedByKind: 'job',
      },
      readAt: new Date(start),
      // Three in each moment: the id tells them apart.
      at: new Date(start + Math.floor(at / 3)),
    })),
  });
});
afterAll(() => world.database.drop());

test('readings come page by page, the newest first, each once, to the very first', async () => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listImports(world.by('linus'), { limit: 100, ...(cursor ? { cursor } : {}) });
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor);
  expect(ids).toHaveLength(readings);
  expect(ids).toEqual([...new Set(ids)].sort().reverse());
});

test('a page marker of another list, a day that is none, and a page too long are refused', async () => {
  const invalid = { code: 'invalid' };
  const list = (page: Parameters<typeof listImports>[1]) => listImports(world.by('linus'), page);
  await expect(list({ cursor: encodeCursor(['one']) })).rejects.toMatchObject(invalid);
  await expect(list({ cursor: encodeCursor(['yesterday', 'imp_1']) })).rejects.toMatchObject(invalid);
  await expect(list({ limit: 201 })).rejects.toMatchObject(invalid);
  await expect(listImports(world.by('otto'))).rejects.toMatchObject({ code: 'forbidden' });
});
