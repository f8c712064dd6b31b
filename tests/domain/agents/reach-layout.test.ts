import { expect, test } from 'vitest';
import type { AgentReach } from '#lib/agents/model';
import { layOut } from '../../../components/agent/reach-layout.ts';

const object = (name: string, uses: number): AgentReach['resources'][number]['objects'][number] => ({
  object: name,
  actions: [
    { action: 'read', uses, lastAt: uses > 0 ? new Date() : null },
    { action: 'write', uses: 0, lastAt: null },
  ],
});
const reach = (...counts: readonly (readonly number[])[]): AgentReach => ({
  resources: counts.map((uses, at) => ({
    id: `res_${at}`,
    name: `db${at}`,
    environment: 'staging',
    objects: uses.map((use, place) => object(`public.t${place}`, use)),
  })),
});

test('used objects stand first, and each says what was used of it', () => {
  const [shop] = layOut(reach([0, 7, 0, 2])).resources;
  expect(shop?.note).toBe('2 of 4 used');
  expect(shop?.objects.map(({ text, note, used }) => [text, note, used])).toEqual([
    ['public.t1', 'read', true],
    ['public.t3', 'read', true],
    ['public.t0', 'unused', false],
    ['public.t2', 'unused', false],
  ]);
});

test('a thousand objects are ten rows, the last one gathers the rest with its use', () => {
  const uses = Array.from({ length: 1_000 }, (_, at) => (at < 12 ? 1 : 0));
  const [shop] = layOut(reach(uses)).resources;
  expect(shop?.objects).toHaveLength(10);
  expect(shop?.objects.at(-1)).toMatchObject({ text: '991 more', note: '3 used', used: true });
});

test('rows never overlap, nothing lies outside, and each resource is beside its objects', () => {
  const { height, resources, agentY } = layOut(reach([1, 0], [], [0], [1, 1, 1]));
  const rows = resources.flatMap(({ objects }) => objects.map(({ y }) => y));
  for (const [at, y] of rows.entries())
    if (at > 0) expect(y - (rows[at - 1] ?? 0)).toBeGreaterThanOrEqual(22);
  for (const y of [...rows, agentY, ...resources.map((one) => one.y)]) {
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThanOrEqual(height);
  }
  expect(resources[0]?.y).toBe(((rows[0] ?? 0) + (rows[1] ?? 0)) / 2);
  expect(layOut(reach()).resources).toEqual([]);
});
