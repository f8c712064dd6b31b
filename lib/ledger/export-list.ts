import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import type { Json } from '#lib/core/canonical-json';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from './append.ts';

export interface ListExport {
  /** Names the list: sessions, grants. */
  readonly what: string;
  readonly format: 'csv' | 'ocsf';
  /** What the list was narrowed to. */
  readonly filter: Readonly<Record<string, unknown>>;
}

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/**
 * Every page of a list verb, for a file that leaves this place. The verb decides who may: its first
 * page is read before the entry `evidence.exported` is written, and that before anything is handed out.
 */
export async function exportList<Row>(
  context: Context,
  list: ListExport,
  load: (cursor: string | undefined) => Promise<ListPage<Row>>,
): Promise<AsyncGenerator<readonly Row[]>> {
  requirePerson(context.actor);
  const first = await load(undefined);
  await recordExport(context, list);
  return pagesFrom(first, load);
}

/** The entry that a list went out. Whoever calls has checked permission. */
export async function recordExport(context: Context, { what, format, filter }: ListExport): Promise<void> {
  const { actor, clock } = context;
  await transaction(context.db, (tx) =>
    appendEntry(tx, {
      actor,
      action: 'evidence.exported',
      subject: { kind: 'export', id: what },
      summary: `${actor.name} exported ${what} as ${format === 'csv' ? 'CSV' : 'OCSF events'}`,
      payload: { format, filter: plain(filter) },
      at: clock.now(),
    }),
  );
}

async function* pagesFrom<Row>(
  first: ListPage<Row>,
  load: (cursor: string) => Promise<ListPage<Row>>,
): AsyncGenerator<readonly Row[]> {
  for (let page = first; ; page = await load(page.next)) {
    yield page.rows;
    if (page.next === null) return;
  }
}

/** Times as text; what is not set is left out. */
function plain(filter: ListExport['filter']): Json {
  return JSON.parse(JSON.stringify(filter)) as Json;
}
