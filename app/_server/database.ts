import { type Db, openDb } from '#lib/db/client';
import { environment } from './environment.ts';

let opened: Db | undefined;

/** The one client of this web process. */
export function database(): Db {
  opened ??= openDb(environment().databaseUrl);
  return opened;
}
