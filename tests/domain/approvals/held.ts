import type { NewApproval } from '#lib/approvals/index';
import { digestOf } from '#lib/core/canonical-json';
import type { World } from '../reviews/world.ts';

/** `DELETE FROM orders WHERE id < 50` as the gateway files it, bound to its text. */
export function heldDelete(world: World, sessionId: string, changes: Partial<NewApproval> = {}): NewApproval {
  const text = changes.text ?? 'DELETE FROM orders WHERE id < 50';
  return {
    sessionId,
    seq: 3,
    agentId: world.agentId,
    resourceId: world.resourceId,
    binding: digestOf({ text, parameters: changes.parameters?.map((one) => one.value) ?? [] }),
    text,
    canonicalText: text.toLowerCase(),
    parameters: [],
    databaseRole: 'shop_owner',
    searchPath: '"$user", public',
    card: {
      verdict: 'Deletes rows of public.orders, about 49 of 50,000; not reversible',
      tag: 'DELETE',
      actions: ['write'],
      objects: ['public.orders'],
      hasWhere: true,
      rowEstimate: 49,
      rowsTotal: 50_000,
      estimateNote: null,
      setsOff: [],
      functions: [],
      inTransaction: false,
      rule: { id: 'hold-production-writes', message: 'Writes in production need a second person.' },
    },
    factsDigest: digestOf({ tag: 'DELETE', object: 'public.orders' }),
    policies: ['hold-production-writes'],
    groups: ['dba'],
    quorum: 1,
    ttlSeconds: 900,
    repeat: false,
    holdUntil: new Date(world.clock.now().getTime() + 20_000),
    ...changes,
  };
}
