import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import { createFreeze, endFreeze, listFreezes } from '#lib/policies/index';
import { createWorld, type World } from '#tests/domain/reviews/world';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;
let world: World;

beforeAll(async () => {
  control = await createControlDatabase();
  world = await createWorld(control.db);
});
afterAll(() => control.drop());

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (isCountersignError(error) ? error.code : String(error)),
  );
}
const later = (minutes: number) => new Date(world.clock.now().getTime() + minutes * 60_000);
const freeze = () => ({
  environment: 'production' as const,
  reason: 'year end',
  endsAt: later(60),
  exceptions: ['migrator'],
});

describe('freezes', () => {
  it('begin, leave their entry, and end once', async () => {
    const { id } = await createFreeze(world.as('ada'), freeze());
    expect(await listFreezes(world.as('edsger')).catch(() => 'forbidden')).not.toBe('forbidden');
    const row = (await listFreezes(world.as('linus'))).find((each) => each.id === id);
    expect(row).toMatchObject({ state: 'standing', exceptions: ['migrator'], createdById: world.ids.ada });
    expect(await codeOf(endFreeze(world.as('linus'), { id, reason: 'mine' }))).toBe('forbidden');
    await endFreeze(world.as('ada'), { id, reason: 'done early' });
    expect(await codeOf(endFreeze(world.as('ada'), { id, reason: 'again' }))).toBe('conflict');
    expect((await listFreezes(world.as('linus')))[0]?.state).toBe('over');
    const entries = await world.db.ledgerEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } });
    expect(entries.map(({ action }) => action).sort()).toEqual(['freeze.created', 'freeze.ended']);
  });

  it('are refused for others, backwards, and with unknown agents', async () => {
    expect(await codeOf(createFreeze(world.as('barbara'), freeze()))).toBe('forbidden');
    expect(await codeOf(createFreeze(world.as('ada'), { ...freeze(), endsAt: later(-1) }))).toBe('invalid');
    expect(await codeOf(createFreeze(world.as('ada'), { ...freeze(), startsAt: later(90) }))).toBe('invalid');
    expect(await codeOf(createFreeze(world.as('ada'), { ...freeze(), exceptions: ['nobody'] }))).toBe(
      'invalid',
    );
    expect(await codeOf(endFreeze(world.as('ada'), { id: 'frz_none', reason: 'x' }))).toBe('not_found');
  });

  it('may be planned', async () => {
    const { id } = await createFreeze(world.as('ada'), { ...freeze(), startsAt: later(30) });
    const state = async () => (await listFreezes(world.as('linus'))).find((each) => each.id === id)?.state;
    expect(await state()).toBe('planned');
    const entry = await world.db.ledgerEntry.findFirstOrThrow({ where: { subjectId: id } });
    expect(entry.summary).toContain('planned a freeze of production from ');
    await endFreeze(world.as('ada'), { id, reason: 'called off' });
    expect(await state()).toBe('over');
  });
});
