import { counted } from '#proxy/metrics';
import type { Passage } from './passage.ts';

/** Ends the recording, then tells the control plane. Runs for every passage that got this far. */
export async function close(passage: Passage): Promise<void> {
  const { services, session, live } = passage;
  if (session === undefined) {
    live?.release();
    return;
  }
  const ending = passage.ending ?? { state: 'interrupted' as const, reason: 'ended without a reason' };
  if (ending.state === 'cut') services.metrics.add(counted.cuts);
  try {
    session.recorder.close(ending);
  } finally {
    await services.control
      .closeSession({
        id: session.id,
        state: ending.state,
        reason: ending.reason,
        endedAt: services.clock.now(),
        ...session.counters,
      })
      .finally(() => session.live.release());
  }
}
