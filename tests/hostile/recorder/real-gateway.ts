import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#lib/core/clock';
import type { SealingKey } from '#lib/core/sealing';
import { readSealingKey } from '#lib/core/sealing-key';
import { applyDeclaration, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';
import { startTokenIssuer, type TokenIssuer } from '#tests/support/token-issuer';

export interface RunningGateway {
  readonly port: number;
  readonly process: ChildProcess;
  /** As nothing can handle. */
  kill(): Promise<void>;
  /** As an operator ends it. */
  stop(): Promise<void>;
}

/** Everything that a gateway process needs, all of it real. */
export interface GatewayWorld {
  readonly control: ControlDatabase;
  readonly target: TargetDatabase;
  readonly tokens: TokenIssuer;
  readonly home: string;
  readonly key: SealingKey;
  readonly publicKey: KeyObject;
  /** What the gateways said on standard error. */
  said(): string;
  start(environment?: Readonly<Record<string, string>>, triesLeft?: number): Promise<RunningGateway>;
  drop(): Promise<void>;
}

/** A control database, a target that logs every statement, an issuer and a home; `agent` may read and write. */
export async function createGatewayWorld(): Promise<GatewayWorld> {
  const [control, target, tokens] = await Promise.all([
    createControlDatabase(),
    createTargetDatabase({ logStatements: true }),
    startTokenIssuer(),
  ]);
  const home = await mkdtemp(join(tmpdir(), 'countersign-killed-'));
  const keyText = randomBytes(32).toString('base64');
  const signing = generateKeyPairSync('ed25519');
  await writeFile(join(home, 'sealing.key'), keyText);
  await writeFile(join(home, 'signing.pem'), signing.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const key = readSealingKey(keyText);
  await declare(control, target, tokens, key);
  const children = new Set<ChildProcess>();
  let said = '';
  const start: GatewayWorld['start'] = async (environment = {}, triesLeft = 2) => {
    const child = fork(join(import.meta.dirname, '../../../proxy/main.ts'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        ...process.env,
        COUNTERSIGN_POSTGRES_PORT: '0',
        COUNTERSIGN_POSTGRES_TLS: 'disable',
        COUNTERSIGN_ADMIN_PORT: '0',
        COUNTERSIGN_HOME: home,
        COUNTERSIGN_KEY_FILE: join(home, 'sealing.key'),
        COUNTERSIGN_SIGNING_KEY_FILE: join(home, 'signing.pem'),
        DATABASE_URL: control.url,
        ...environment,
      },
    });
    children.add(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const exited = once(child, 'exit');
    const ready = once(child, 'message').then(([message]) => message as { port: number });
    const first = await Promise.race([ready, exited.then(() => null)]);
    // On a busy machine its first connection may take too long: a launcher starts it again, too.
    if (first === null && triesLeft > 0) return start(environment, triesLeft - 1);
    if (first === null) throw new Error(`the gateway did not start:\n${said}`);
    const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
      child.kill(signal);
      await exited;
      children.delete(child);
    };
    return { port: first.port, process: child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
  };
  return {
    control,
    target,
    tokens,
    home,
    key,
    publicKey: signing.publicKey,
    said: () => said,
    start,
    async drop() {
      for (const child of children) child.kill('SIGKILL');
      tokens.close();
      await Promise.all([control.drop(), target.drop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function declare(
  control: ControlDatabase,
  target: TargetDatabase,
  tokens: TokenIssuer,
  key: SealingKey,
): Promise<void> {
  const file = readDeclaration(
    'access.yaml',
    `
issuers:
  - { name: local, issuer: "${tokens.issuer}", audience: countersign }
agents:
  - { name: migrator, owner: ada@example.com, match: { issuer: local, claims: { sub: migrator } } }
resources:
  - name: shop
    kind: postgres
    environment: development
    host: ${target.host}
    port: ${target.port}
    database: ${target.database}
    user: ${target.user}
    password: { env: X }
    tls: disable
grants:
  - { agent: migrator, resource: shop, actions: [read, write], on: ["public.*"], reason: "kill test" }
policies:
  - file: defaults.cedar
people:
  - { email: ada@example.com, roles: [admin] }
`,
  );
  const input = {
    file,
    passwords: new Map([['shop', target.password]]),
    caCertificates: new Map(),
    policyFiles: [{ name: 'defaults.cedar', text: await readFile('policies/defaults.cedar', 'utf8') }],
    key,
  };
  const context = { db: control.db, clock: systemClock };
  await applyDeclaration(context, { input, as: null }, await planDeclaration(context, { input, as: null }));
}
