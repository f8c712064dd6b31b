import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import type { RunningPostgres } from '#bin/sandbox/postgres';

/** Gives the server TLS by a certificate of its own; where certificate and key lie for who stands before it. */
export async function certify(
  home: string,
  postgres: RunningPostgres,
): Promise<{ readonly certFile: string; readonly keyFile: string }> {
  const made = await makeServerCertificates();
  const files = { certFile: join(home, 'server.crt'), keyFile: join(home, 'server.key') };
  await writeFile(files.certFile, made.certificate);
  await writeFile(files.keyFile, made.key);
  const { uid, gid } = await stat(postgres.dataDirectory);
  for (const [name, text] of [
    ['server.crt', made.certificate],
    ['server.key', made.key],
  ] as const) {
    const place = join(postgres.dataDirectory, name);
    await writeFile(place, text, { mode: 0o600 });
    await chown(place, uid, gid);
  }
  const client = new Client({ connectionString: postgres.superuserUrl('postgres') });
  await client.connect();
  await client.query('alter system set ssl = on');
  await client.query('select pg_reload_conf()');
  await client.end();
  return files;
}
