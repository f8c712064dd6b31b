import { z } from 'zod';

const notice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cut'), id: z.string() }),
  z.object({ kind: z.literal('access-changed') }),
  z.object({ kind: z.literal('approval'), id: z.string() }),
  z.object({ kind: z.literal('cancel'), proof: z.string().max(100) }),
]);

/** What concerns a worker of the notices on the channel; null: nothing, or not one of ours. */
export function readNotice(payload: string): z.infer<typeof notice> | null {
  try {
    return notice.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
