import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Everything that Countersign keeps on this machine, by name. */
export interface Home {
  readonly folder: string;
  readonly lock: string;
  /** The ports of the last start, for commands beside it. */
  readonly ports: string;
  readonly logs: string;
  readonly keys: string;
  readonly recordings: string;
  readonly spool: string;
  /** The sandbox's own: cluster, secrets, declarations, certificates, keys. */
  readonly postgres: string;
  readonly secrets: string;
  readonly access: string;
  readonly caCertificate: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly sealingKey: string;
  readonly signingKey: string;
  readonly pinnedKey: string;
  readonly issuerKeys: string;
  readonly workloadDone: string;
}

export function homeOf(folder: string): Home {
  const root = resolve(folder);
  const keys = join(root, 'keys');
  return {
    folder: root,
    lock: join(root, 'lock'),
    ports: join(root, 'ports.json'),
    logs: join(root, 'logs'),
    keys,
    recordings: join(root, 'recordings'),
    spool: join(root, 'spool'),
    postgres: join(root, 'postgres'),
    secrets: join(root, 'secrets.json'),
    access: join(root, 'access.yaml'),
    caCertificate: join(root, 'ca.crt'),
    serverCertificate: join(keys, 'server.crt'),
    serverKey: join(keys, 'server.key'),
    sealingKey: join(keys, 'sealing.key'),
    signingKey: join(keys, 'signing.pem'),
    pinnedKey: join(root, 'pinned-keys/sandbox.pem'),
    issuerKeys: join(keys, 'issuer.json'),
    workloadDone: join(root, 'workload.done'),
  };
}

/** Makes the folders. As root, others may pass through: Postgres runs as another account. */
export async function ensureHome(home: Home): Promise<void> {
  await mkdir(home.folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  for (const folder of [home.logs, home.keys, home.recordings, home.spool, dirname(home.pinnedKey)]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  await writeFile(join(home.folder, '.gitignore'), '*\n');
}
