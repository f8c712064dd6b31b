import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAccessRequests } from '#lib/access-requests/index';
import type { Context } from '#lib/auth/context';
import { encodeCursor } from '#lib/core/page';
import { listFindings } from '#lib/findings/index';
import { listImports } from '#lib/grants/index';
import { listMessages } from '#lib/outbox/index';
import { listRecordings } from '#lib/retention/index';
import { listSessions } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld } from './access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const lists: readonly (readonly [string, (context: Context, cursor: string) => Promise<unknown>])[] = [
  ['access requests', (context, cursor) => listAccessRequests(context, { cursor })],
  ['findings', (context, cursor) => listFindings(context, { cursor })],
  ['imports', (context, cursor) => listImports(context, { cursor })],
  ['messages', (context, cursor) => listMessages(context, { cursor })],
  ['recordings', (context, cursor) => listRecordings(context, { cursor })],
  ['sessions', (context, cursor) => listSessions(context, { cursor })],
];

test.each(lists)(
  'a page marker of %s that names no moment is refused, as one of another list',
  async (_, list) => {
    for (const parts of [['yesterday', 'x'], ['', 'x'], ['2026-11-24T00:00:00.000Z'], ['1', 'x', 'y']]) {
      await expect(list(world.by('ada'), encodeCursor(parts))).rejects.toMatchObject({ code: 'invalid' });
    }
    await list(world.by('ada'), encodeCursor([new Date().toISOString(), 'x']));
  },
);
