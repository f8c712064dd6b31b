import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { parseInput } from '#lib/core/input';
import type { ApprovalState } from './model.ts';
import { findApprovedSchema } from './schema.ts';
import { readState } from './state.ts';

export interface ApprovedKey {
  readonly agentId: string;
  readonly resourceId: string;
  readonly binding: string;
  readonly sessionId: string;
}

/**
 * An approved, unexpired request with exactly this binding: unused, or `repeat` and used first by
 * this very session. Whether it may run is decided by `useApproval`. Actor: worker.
 */
export async function findApproved(context: Context, input: ApprovedKey): Promise<ApprovalState | null> {
  requireKind(context.actor, 'worker');
  const { sessionId, ...key } = parseInput(findApprovedSchema, input);
  const found = await context.db.approvalRequest.findFirst({
    where: {
      ...key,
      expiresAt: { gt: context.clock.now() },
      OR: [{ state: 'approved' }, { state: 'used', repeat: true, usedSessionId: sessionId }],
    },
    orderBy: { decidedAt: 'asc' },
    select: { id: true },
  });
  return found ? readState(context.db, found.id) : null;
}
