import { afterEach, expect, test } from 'vitest';
import { newId } from '#lib/core/ids';
import { createControlPlane } from '#proxy/control/prisma-control-plane';
import { Watch } from '#proxy/control/watch';
import { MemoryControlPlane } from '#tests/support/memory-control-plane';
import { createAccessWorld } from '../access-world.ts';

let watch: Watch | null = null;
afterEach(() => watch?.stop());

test('that the control plane was away is told once, as soon as it answers', async () => {
  const control = new MemoryControlPlane({} as never);
  let now = Date.parse('2026-11-24T10:00:00Z');
  watch = new Watch(control, { now: () => new Date(now) });
  await watch.start('host', 1);
  control.away = true;
  now += 3_000;
  control.away = false;
  await expect.poll(() => watch?.trouble()).toBeNull();
  control.away = true;
  now += 30_000;
  expect(watch.trouble()).toContain('does not answer');
  control.away = false;
  await expect.poll(() => control.awayTold).toHaveLength(1);
  const [told] = control.awayTold;
  expect(told?.to.getTime()).toBe(now);
  expect(now - (told?.from.getTime() ?? 0)).toBeGreaterThanOrEqual(30_000);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(control.awayTold).toHaveLength(1);
});

test('heartbeats go on while it can not be told', async () => {
  const control = new MemoryControlPlane({} as never);
  control.reportAway = () => new Promise(() => {});
  let now = Date.parse('2026-11-24T10:00:00Z');
  watch = new Watch(control, { now: () => new Date(now) });
  await watch.start('host', 1);
  for (let round = 0; round < 2; round += 1) {
    now += 30_000;
    expect(watch.trouble()).toContain('does not answer');
    await expect.poll(() => watch?.trouble(), { timeout: 3_000 }).toBeNull();
  }
});

test('it stands in the ledger as an event of the worker', async () => {
  const world = await createAccessWorld();
  const workerId = newId('worker');
  const plane = createControlPlane({ url: world.database.url, workerId, clock: world.clock });
  const to = world.clock.now();
  await plane.reportAway(new Date(to.getTime() - 30_000), to);
  const entries = await world.entries('worker.event', workerId);
  expect(entries.map(({ summary }) => summary)).toEqual([expect.stringContaining('for 30 s')]);
  await plane.close();
  await world.database.drop();
});
