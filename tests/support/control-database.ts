import { randomBytes } from 'node:crypto';
import { type Db, openDb } from '#lib/db/client';
import { controlTemplate, copyDatabase, loginUrl, ownerLogin, runtimeLogin, testCluster } from './cluster.ts';

export interface ControlDatabase {
  readonly name: string;
  /** The run-time login's URL: what the product's processes get as DATABASE_URL. */
  readonly url: string;
  /** The owner's: migrations, and what only a test may do. */
  readonly ownerUrl: string;
  /** A client of the run-time login. */
  readonly db: Db;
  drop(): Promise<void>;
}

/** A migrated control database of its own. Drop it in `afterAll`. */
export async function createControlDatabase(): Promise<ControlDatabase> {
  const cluster = testCluster();
  const name = `control_${randomBytes(6).toString('hex')}`;
  const { drop } = await copyDatabase(cluster, controlTemplate, ownerLogin, name);
  const url = loginUrl(cluster, runtimeLogin, name);
  const db = openDb(url, 6);
  return {
    name,
    url,
    ownerUrl: loginUrl(cluster, ownerLogin, name),
    db,
    async drop() {
      await db.$disconnect();
      await drop();
    },
  };
}
