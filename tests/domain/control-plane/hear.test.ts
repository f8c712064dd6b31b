import { expect, test } from 'vitest';
import type { ControlEvent } from '#proxy/control/control-plane';
import { hearing } from '#proxy/control/hear';

const said = (kind: string) => JSON.stringify({ kind, id: 'cut_1' });

test.each([
  ['can not be read', () => Promise.reject(new Error('away'))],
  ['is never answered', () => new Promise<null>(() => {})],
])('a change of access is heard though the order to cut before it %s', async (_what, readCut) => {
  const events: ControlEvent['kind'][] = [];
  const hear = hearing(readCut, ({ kind }) => events.push(kind));
  hear(said('cut'));
  hear(said('access-changed'));
  await expect.poll(() => events).toContain('access-changed');
});

test('a change of access is heard though whoever heard of the cut failed', async () => {
  const events: ControlEvent['kind'][] = [];
  const cut = {
    id: 'cut_1',
    subjectKind: 'grant' as const,
    subjectId: 'gnt_1',
    alsoIds: [],
    reason: 'enough',
  };
  const hear = hearing(
    async () => cut,
    ({ kind }) => {
      if (kind === 'cut') throw new Error('a fault of its own');
      events.push(kind);
    },
  );
  hear(said('cut'));
  hear(said('access-changed'));
  await expect.poll(() => events).toEqual(['access-changed']);
});
