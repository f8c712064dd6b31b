import { Client } from 'pg';
import type { Environment } from '#bin/environment';
import { requireHarmlessLogin } from '#bin/start/production';
import { requireMigrated } from '#lib/db/migrate';
import { type Check, unwell, well } from './check.ts';

const clockMsMax = 2_000;
const sequencedMsMax = 10_000;

/** Looks through the run-time login, as the product does. */
export function databaseChecks(environment: Environment): Check[] {
  const url = environment.DATABASE_URL ?? '';
  return [
    {
      name: 'control database',
      reachesDatabase: true,
      look: async () => {
        const [row] = await query<{ version: string; login: string }>(
          url,
          `SELECT current_setting('server_version') AS version, current_user AS login`,
        );
        return well(`Postgres ${row?.version}, as ${row?.login}`);
      },
    },
    {
      name: 'migrations',
      needsDatabase: true,
      look: async () => {
        await requireMigrated(url);
        return well('all applied, none changed');
      },
    },
    {
      name: 'run-time login',
      needsDatabase: true,
      look: async () => {
        await requireHarmlessLogin(url);
        return well('owns nothing, is no superuser');
      },
    },
    {
      name: 'clock',
      needsDatabase: true,
      look: async () => {
        const before = Date.now();
        const [row] = await query<{ now: Date }>(url, 'SELECT clock_timestamp() AS now');
        const offset = Math.round((row?.now.getTime() ?? 0) - (before + Date.now()) / 2);
        if (Math.abs(offset) <= clockMsMax)
          return well(`agrees with the database within ${Math.abs(offset)} ms`);
        return unwell(
          `differs from the database's by ${offset} ms: tokens and approvals would end at other times.`,
        );
      },
    },
    {
      name: 'background jobs',
      needsDatabase: true,
      look: async () => {
        const [row] = await query<{ waiting: number; oldest: Date | null }>(
          url,
          `SELECT count(*)::int AS waiting, min(e.at) AS oldest
           FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id WHERE l.entry_id IS NULL`,
        );
        const age = row?.oldest ? Date.now() - row.oldest.getTime() : 0;
        if (age <= sequencedMsMax) return well('the ledger is sequenced');
        return unwell(
          `${row?.waiting} ledger entries wait for their place since ${Math.round(age / 1000)} s: is bin/jobs.ts running?`,
        );
      },
    },
  ];
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
