import { chownSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import { clientCertificate } from './client-certificate.ts';
import type { TargetDatabase } from './target-database.ts';

export interface TlsPostgres {
  readonly port: number;
  readonly password: string;
  /** What signed the server's certificate, for localhost and 127.0.0.1. */
  readonly caCertificate: string;
  /** A certificate of the role `gw_cert`, PEM: the only way in for it. */
  readonly client: { readonly certificate: string; readonly key: string };
  readonly target: TargetDatabase;
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** A server of its own that speaks TLS, asks `gw_cert` for a certificate and everybody else for SCRAM. */
export async function startTlsPostgres(): Promise<TlsPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-tls-'));
  const certificates = await makeServerCertificates(['localhost', '127.0.0.1']);
  const client = await clientCertificate('gw_cert');
  const password = newPassword();
  const server = await startPostgres({
    dataDirectory: join(home, 'data'),
    port: await freePort(),
    superuserPassword: password,
    logFile: join(home, 'postgres.log'),
    throwAway: true,
    settings: { fsync: 'off' },
  });
  const owner = statSync(server.dataDirectory);
  const put = async (name: string, content: string) => {
    const path = join(server.dataDirectory, name);
    await writeFile(path, content, { mode: 0o600 });
    chownSync(path, owner.uid, owner.gid);
    return path;
  };
  const files = {
    ssl_cert_file: await put('tls.crt', certificates.certificate),
    ssl_key_file: await put('tls.key', certificates.key),
    ssl_ca_file: await put('clients.crt', client.certificate),
  };
  await put(
    'pg_hba.conf',
    'hostssl all gw_cert all cert\nhost all gw_cert all reject\nhost all all all scram-sha-256\n',
  );
  const url = server.superuserUrl('postgres');
  const query = async (text: string) => {
    const asked = new Client({ connectionString: url });
    await asked.connect();
    try {
      return (await asked.query<Record<string, unknown>>(text)).rows;
    } finally {
      await asked.end();
    }
  };
  for (const [name, path] of Object.entries(files)) await query(`alter system set ${name} = '${path}'`);
  await query('alter system set ssl = on');
  await query('create role gw_cert login');
  await query('select pg_reload_conf()');
  return {
    port: server.port,
    password,
    caCertificate: certificates.caCertificate,
    client,
    target: {
      host: '127.0.0.1',
      port: server.port,
      database: 'postgres',
      user: superuser,
      password,
      url,
      superuserUrl: url,
      log: async () => [],
      drop: async () => {},
    },
    query,
    async stop() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
