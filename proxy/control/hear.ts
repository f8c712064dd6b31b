import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { ControlEvent, CutOrder } from './control-plane.ts';

/** A change waits this long at most for the order to cut that came before it. */
const cutReadMsMax = 500;

const notice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cut'), id: z.string() }),
  z.object({ kind: z.literal('access-changed') }),
  z.object({ kind: z.literal('approval'), id: z.string() }),
  z.object({ kind: z.literal('cancel'), proof: z.string().max(100) }),
]);

/** What concerns a worker of the notices on the channel; null: nothing, or not one of ours. */
function readNotice(payload: string): z.infer<typeof notice> | null {
  try {
    return notice.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}

/** Makes events of what comes on the channel, each cut with its order before the change that it makes. */
export function hearing(
  readCut: (id: string) => Promise<CutOrder | null>,
  listener: (event: ControlEvent) => void,
): (payload: string) => void {
  let cutsRead: Promise<void> = Promise.resolve();

  async function cut(id: string): Promise<void> {
    // A cut that can't be read now is found by `openCuts` when everything is read anew.
    const order = await readCut(id).catch(() => null);
    listener(order ? { kind: 'cut', cut: order } : { kind: 'resubscribed' });
  }

  async function hear(payload: string): Promise<void> {
    const heard = readNotice(payload);
    if (heard === null) return;
    if (heard.kind === 'cut') {
      // Whatever comes of it, later changes are heard.
      cutsRead = Promise.allSettled([cutsRead, cut(heard.id)]).then(() => undefined);
      return;
    }
    // The order has the reason: without it a session only sees that a grant ended.
    if (heard.kind === 'access-changed')
      await Promise.race([cutsRead, setTimeout(cutReadMsMax, null, { ref: false })]);
    listener(heard);
  }

  return (payload) => void hear(payload);
}
