import type { Tx } from './client.ts';

/** The one channel; gateway workers and web processes listen to it. */
export const channel = 'countersign';

/** What a change tells the other processes. Ids only: whoever hears it reads what it may see. */
export type Notice =
  | { kind: 'cut'; id: string }
  | { kind: 'access-changed' }
  | { kind: 'approval'; id: string; state: string }
  | { kind: 'access-request'; id: string; state: string }
  | { kind: 'proposal'; id: string; state: string }
  | { kind: 'session'; id: string; state: string }
  | { kind: 'campaign'; id: string }
  | { kind: 'cut-confirmed'; id: string }
  /** A client asked a worker to cancel a session that is not its own. `proof` says nothing of the key. */
  | { kind: 'cancel'; proof: string };

/** Sent when the transaction commits, never before. */
export async function notify(tx: Tx, notice: Notice): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channel}, ${JSON.stringify(notice)})`;
}
