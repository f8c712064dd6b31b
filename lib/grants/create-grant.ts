import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { insertGrant } from './insert-grants.ts';
import { type NewGrant, newGrant } from './schema.ts';

/** Gives an agent access to a resource; whoever calls is its creator, who may not review it. */
export async function createGrant(context: Context, input: NewGrant): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const grant = parseInput(newGrant, input);
  return transaction(context.db, async (tx) => {
    const id = await insertGrant(tx, context, { ...grant, managedBy: 'page' });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}
