import { newId } from '#lib/core/ids';
import { workerGoneMs } from '#lib/core/limits';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';

export interface CutRequest {
  readonly subjectKind: 'grant' | 'agent' | 'session';
  readonly subjectId: string;
  /** Further grants of the same bulk revoke. */
  readonly alsoIds?: readonly string[];
  /** Told to the agent in its last error. */
  readonly reason: string;
}

/**
 * Orders live sessions to be cut, inside the caller's transaction; workers hear it when that
 * commits. The database's clock says who is alive: workers' own may be off.
 */
export async function orderCut(tx: Tx, request: CutRequest): Promise<string> {
  const alive = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM worker
    WHERE stopped_at IS NULL AND heartbeat_at > now() - make_interval(secs => ${workerGoneMs / 1000})
    ORDER BY id`;
  const id = newId('cut');
  const { alsoIds = [], ...order } = request;
  const workers = alive.map((worker) => worker.id);
  await tx.cut.create({ data: { id, ...order, alsoIds: [...alsoIds], workers } });
  await notify(tx, { kind: 'cut', id });
  return id;
}
