import { readCatalog } from '#lib/sql/index';
import type { Catalog } from '#lib/sql/model';
import type { ControlPlane, TargetRecord } from '#proxy/control/control-plane';
import type { Log } from '#proxy/services';
import { readCatalogObjects } from './catalog-objects.ts';
import { ControlConnection, type Rows } from './control-connection.ts';
import type { Credentials } from './credentials.ts';
import { type Estimate, noEstimate, rowsOfPlan } from './estimate.ts';
import type { FactsView } from './relay/facts-view.ts';
import type { SessionState } from './relay/session-state.ts';

/** A catalog older than this is read again before anything is decided by it. */
const catalogMsMax = 5_000;
/** In use, it is read again in the background from this age on, so that nobody waits. */
const refreshMs = 2_500;
/** An unknown name may ask for a fresh read no sooner than this after the last one. */
const forgetMsMin = 250;
const estimateMsMax = 500;
/** A table that somebody has locked must not keep everybody waiting. */
const readSettings =
  "SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '8s'";

/** What one target's catalog holds, for all sessions of this worker. */
export class TargetCatalog {
  readonly #connection: ControlConnection;
  #catalog: Catalog | null = null;
  #readAt = 0;
  #reading: Promise<void> | null = null;
  #stale = false;
  #reportedEpoch = -1;
  readonly #report: CatalogReport;
  users = 0;

  constructor(connection: ControlConnection, report: CatalogReport) {
    this.#connection = connection;
    this.#report = report;
  }

  current(): Catalog {
    if (this.#catalog === null) throw new Error('the catalog has not been read');
    return this.#catalog;
  }

  known(): Catalog | null {
    return this.#catalog;
  }

  fresh(): boolean {
    const age = performance.now() - this.#readAt;
    if (this.#catalog === null || this.#stale || age > catalogMsMax) return false;
    if (age > refreshMs && this.#reading === null) void this.read().catch(() => {});
    return true;
  }

  /** How long to wait until reading it again is allowed: unknown names must not keep the target busy. */
  get forgetInMs(): number {
    return Math.max(0, this.#readAt + forgetMsMin - performance.now());
  }

  forget(): void {
    this.#stale = true;
  }

  async read(): Promise<void> {
    // A read that began before the change does not count.
    while (this.#reading !== null) {
      await this.#reading.catch(() => {});
      if (this.fresh()) return;
    }
    this.#stale = false;
    this.#reading = this.#readNow().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** The planner's estimate of a write, in a read-only transaction that changes nothing. */
  async estimate(
    views: readonly FactsView[],
    text: string,
    bound: readonly { readonly value: string | null }[],
    state: SessionState,
    role: string | null,
  ): Promise<Estimate> {
    const own = state.role === state.sessionUser;
    if (!own && state.role !== role) return noEstimate('under another role: no estimate');
    if (bound.some(({ value }) => value?.startsWith('b64:')))
      return noEstimate('binary parameters: no estimate');
    const path = state.searchPath.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ') || "''";
    const asRole = own ? '' : `; SET LOCAL ROLE "${state.role.replaceAll('"', '""')}"`;
    const settings = `SET LOCAL statement_timeout = ${estimateMsMax}; SET LOCAL search_path = ${path}${asRole}`;
    try {
      return await this.#connection.inTransaction(settings, async (ask) => {
        const explained = await ask(
          `EXPLAIN (FORMAT JSON) ${text}`,
          bound.map(({ value }) => value),
        );
        const plan = explained.map((row) => row[0]).join('\n');
        const rows = rowsOfPlan(JSON.parse(plan));
        return { rows, total: await total(ask, views), note: rows === null ? 'no estimate' : null, plan };
      });
    } catch {
      return noEstimate('the planner gave no estimate');
    }
  }

  async terminateBackend(pid: number): Promise<void> {
    await this.#connection.ask('SELECT pg_catalog.pg_terminate_backend($1::pg_catalog.int4)', [String(pid)]);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #readNow(): Promise<void> {
    const catalog = await this.#connection.inTransaction(readSettings, (ask) =>
      readCatalog((question) => ask(question), this.#catalog),
    );
    this.#catalog = catalog;
    this.#readAt = performance.now();
    if (catalog.epoch !== this.#reportedEpoch) void this.#tell(catalog.epoch);
  }

  /** Nobody waits for it: grants are expanded against what was told last. */
  async #tell(epoch: number): Promise<void> {
    const before = this.#reportedEpoch;
    this.#reportedEpoch = epoch;
    try {
      await this.#report(
        await this.#connection.inTransaction(readSettings, (ask) =>
          readCatalogObjects((question) => ask(question)),
        ),
      );
    } catch {
      if (this.#reportedEpoch === epoch) this.#reportedEpoch = before;
    }
  }
}

type CatalogReport = (objects: Awaited<ReturnType<typeof readCatalogObjects>>) => Promise<void>;

async function total(ask: Ask2, views: readonly FactsView[]): Promise<number | null> {
  const written = views
    .flatMap(({ facts }) => facts.requests)
    .find(({ action, object }) => action === 'write' && object.kind === 'table')?.object;
  if (written?.kind !== 'table') return null;
  const rows = await ask(
    `SELECT c.reltuples::pg_catalog.int8 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2`,
    [written.schema, written.name],
  );
  const count = Number(rows[0]?.[0] ?? -1);
  return count < 0 ? null : count;
}

type Ask2 = (text: string, values?: readonly (string | null)[]) => Promise<Rows>;

/** The worker's catalogs, one for each target and login. */
export class TargetCatalogs {
  readonly #credentials: Credentials;
  readonly #log: Log;
  readonly #control: Pick<ControlPlane, 'catalogSeen'>;
  readonly #catalogs = new Map<string, TargetCatalog>();

  constructor(credentials: Credentials, log: Log, control: Pick<ControlPlane, 'catalogSeen'>) {
    this.#credentials = credentials;
    this.#log = log;
    this.#control = control;
  }

  of(target: TargetRecord): TargetCatalog {
    const { resource, host, port, database, username, credentialSealed, tls } = target;
    const sealed = [credentialSealed, target.clientCertificate?.keySealed].map((secret) =>
      secret ? Buffer.from(secret).toString('base64') : '',
    );
    const login = [username, target.settings?.login, ...sealed];
    const key = [resource.id, host, port, database, tls, ...login].join('\n');
    const known = this.#catalogs.get(key);
    if (known !== undefined) return known;
    const catalog = new TargetCatalog(
      new ControlConnection(target, this.#credentials, this.#log),
      async (objects) => this.#control.catalogSeen?.(resource.id, objects),
    );
    this.#catalogs.set(key, catalog);
    return catalog;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#catalogs.values(), (catalog) => catalog.close()));
  }
}
