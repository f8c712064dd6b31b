import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { freePort } from '#bin/ports';

/** The emulator's own account, the same in every copy of it. */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly container: ContainerClient;
  /** What a process gets to keep its recordings here. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Azurite as a server of its own, with an empty container. */
export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-azurite-'));
  const keyFile = join(folder, 'account.key');
  await writeFile(keyFile, accountKey);
  const port = await freePort();
  const main = join(import.meta.dirname, '../../node_modules/azurite/dist/src/blob/main.js');
  const child = spawn(
    process.execPath,
    [
      main,
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const exited = once(child, 'exit');
  while (!said.includes('listens')) {
    const ended = await Promise.race([
      exited.then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), 50)),
    ]);
    if (ended) throw new Error(`azurite did not start:\n${said}`);
  }
  const url = `http://127.0.0.1:${port}/${account}/recordings`;
  const container = new ContainerClient(url, new StorageSharedKeyCredential(account, accountKey));
  await container.create();
  return {
    container,
    environment: {
      COUNTERSIGN_STORE: 'blob',
      COUNTERSIGN_BLOB_URL: url,
      COUNTERSIGN_BLOB_ACCOUNT: account,
      COUNTERSIGN_BLOB_KEY_FILE: keyFile,
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
