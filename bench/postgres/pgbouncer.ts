import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#bin/ports';

interface Target {
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** The pooler many know, in session mode, so that prepared statements work; null: it is not installed. */
export async function startPgbouncer(
  home: string,
  target: Target,
  tls: { readonly certFile: string; readonly keyFile: string } | null,
): Promise<{ child: ChildProcess; port: number } | null> {
  if (spawnSync('pgbouncer', ['--version']).status !== 0) return null;
  // It refuses to run as root, and the account it takes then must be able to read its files.
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-pooler-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${target.user}" "${target.password}"\n`, { mode: 0o644 });
  const settings = [
    '[databases]',
    `${target.database} = host=127.0.0.1 port=${target.port} dbname=${target.database}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    'pool_mode = session',
    'default_pool_size = 64',
    'server_tls_sslmode = disable',
    'ignore_startup_parameters = extra_float_digits',
  ];
  if (tls !== null) {
    const files = [join(folder, 'server.crt'), join(folder, 'server.key')] as const;
    await copyFile(tls.certFile, files[0]);
    await copyFile(tls.keyFile, files[1]);
    await chmod(files[1], 0o644);
    settings.push('client_tls_sslmode = require', `client_tls_cert_file = ${files[0]}`);
    settings.push(`client_tls_key_file = ${files[1]}`);
  }
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, `${settings.join('\n')}\n`, { mode: 0o644 });
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', ['-q', ...asUser, file], { stdio: 'ignore', cwd: home });
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (await listens(port)) return { child, port };
    await sleep(100);
  }
  child.kill();
  return null;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
