import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationLines } from '#lib/reviews/pack/operations-csv';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

const from = new Date('2026-07-01T00:00:00Z');
const to = new Date('2026-10-01T00:00:00Z');

it('lists each recording that broke off in the period, whenever its session began', async () => {
  const broken = async (startedAt: string, endedAt: string | null) => {
    const id = await world.addSession({ state: 'interrupted', startedAt: new Date(startedAt) });
    await world.db.session.update({
      where: { id },
      data: { endedAt: endedAt && new Date(endedAt), endReason: 'killed' },
    });
    return id;
  };
  await broken('2026-06-29T10:00:00Z', '2026-06-30T23:59:59Z');
  await broken('2026-10-01T00:00:00Z', '2026-10-01T00:30:00Z');
  const inside = [
    await broken('2026-06-30T23:40:00Z', '2026-07-01T00:10:00Z'),
    await broken('2026-08-01T00:00:00Z', '2026-08-01T00:10:00Z'),
    await broken('2026-09-30T23:50:00Z', null),
  ];
  const lines: string[] = [];
  for await (const line of operationLines(world.db, from, to)) lines.push(line);
  const said = lines.filter((line) => line.includes('recording interrupted'));
  expect(said).toHaveLength(3);
  for (const [at, id] of inside.entries()) expect(said[at]).toContain(id);
});
