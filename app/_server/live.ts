import { Client } from 'pg';
import type { PersonActor } from '#lib/auth/actor';
import { may, relationsFor } from '#lib/auth/require-permission';
import { channel, type Notice } from '#lib/db/notify';
import { environment } from './environment.ts';
import { report } from './report.ts';

/** What a page hears: something of this kind changed; with its id only for who may see all of them. */
export type LiveEvent =
  | {
      readonly kind: 'approval' | 'access-request' | 'proposal' | 'session' | 'campaign' | 'cut';
      readonly id: string | null;
    }
  | { readonly kind: 'access' }
  /** Notices may have been missed: read everything anew. */
  | { readonly kind: 'resync' };

type Listener = (notice: Notice | 'resync') => void;

const retryMs = 1_000;
const listeners = new Set<Listener>();
let running = false;
/** From when on no notice was missed, and when the last one came; milliseconds. Null: not listening. */
let standingSince: number | null = null;
let heardAt = 0;

/** True when a page that was drawn at `since` may show less than the truth. */
export function mayHaveMissed(since: number): boolean {
  return standingSince !== null && (standingSince >= since || heardAt >= since);
}

/** Hears every notice of the control database until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (!running) {
    running = true;
    void connect();
  }
  return () => listeners.delete(listener);
}

/** One LISTEN connection for the whole web process; it comes back by itself. */
async function connect(): Promise<void> {
  const client = new Client({ connectionString: environment().databaseUrl, keepAlive: true });
  let lost = false;
  const retry = (error?: unknown) => {
    if (lost) return;
    lost = true;
    standingSince = null;
    if (error) report(error);
    client.removeAllListeners('notification');
    void client.end().catch(() => undefined);
    setTimeout(() => void connect(), retryMs).unref();
  };
  client.on('error', retry);
  client.on('end', () => retry());
  client.on('notification', ({ payload }) => {
    const notice = parseNotice(payload);
    heardAt = Date.now();
    if (notice) for (const listener of listeners) listener(notice);
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    standingSince = Date.now();
    for (const listener of listeners) listener('resync');
  } catch (error) {
    retry(error);
  }
}

function parseNotice(payload: string | undefined): Notice | null {
  try {
    return JSON.parse(payload ?? '') as Notice;
  } catch {
    return null;
  }
}

/** What of a notice this person's page hears; null: nothing. */
export function eventFor(actor: PersonActor, notice: Notice | 'resync'): LiveEvent | null {
  if (notice === 'resync') return { kind: 'resync' };
  switch (notice.kind) {
    case 'approval':
      return seen(actor, 'approval.list', { kind: 'approval', id: notice.id });
    case 'access-request':
      return seen(actor, 'approval.list', { kind: 'access-request', id: notice.id });
    case 'proposal':
      return seen(actor, 'settings.read', { kind: 'proposal', id: notice.id });
    case 'session':
      return seen(actor, 'session.list', { kind: 'session', id: notice.id });
    case 'campaign':
      return seen(actor, 'campaign.read', { kind: 'campaign', id: notice.id });
    case 'cut':
    case 'cut-confirmed':
      return seen(actor, 'session.list', { kind: 'cut', id: notice.id });
    case 'access-changed':
      return relationsFor(actor, 'access.read').size > 0 ? { kind: 'access' } : null;
    default:
      return null;
  }
}

function seen(
  actor: PersonActor,
  permission: Parameters<typeof may>[1],
  event: Extract<LiveEvent, { id: string | null }>,
): LiveEvent | null {
  if (may(actor, permission)) return event;
  return relationsFor(actor, permission).size > 0 ? { kind: event.kind, id: null } : null;
}
