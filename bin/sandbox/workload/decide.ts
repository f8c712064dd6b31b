import { setTimeout as sleep } from 'node:timers/promises';
import { decideAsSandbox } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';

const waitMsMax = 15_000;

/**
 * Approves the held statement that names this order, as the sandbox and in nobody's name. It is
 * told from the others by its parameter.
 */
export async function approveFor(context: Context, orderId: number): Promise<void> {
  const until = Date.now() + waitMsMax;
  while (Date.now() < until) {
    const waiting = await context.db.approvalRequest.findMany({
      where: { state: 'pending', agent: { name: 'migrator' } },
      select: { id: true, parameters: true },
    });
    const found = waiting.find((request) => JSON.stringify(request.parameters).includes(`"${orderId}"`));
    if (found) {
      const reason = 'the trial order of this sandbox; approved by the sandbox itself, not by a person';
      await decideAsSandbox(context, { id: found.id, answer: 'approve', reason }, { sandbox: true });
      return;
    }
    await sleep(100);
  }
  throw new Error('The DELETE of the trial order did not come up for approval.');
}
