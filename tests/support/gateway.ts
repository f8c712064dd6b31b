import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { type SealingKey, seal } from '#lib/core/sealing';
import type { DetectorName, MaskSpec } from '#lib/masking/model';
import type { GrantTerms } from '#lib/policies/model';
import type { GatewayConfig } from '#proxy/config';
import type { TargetRecord } from '#proxy/control/control-plane';
import { type Gateway, startGateway } from '#proxy/main';
import { createRecorder } from '#proxy/recorder/index';
import { MemoryControlPlane } from './memory-control-plane.ts';
import type { TargetDatabase } from './target-database.ts';
import { startTokenIssuer, type TokenOptions } from './token-issuer.ts';

export const shopMasks: MaskSpec[] = [
  { id: 'msk_email', column: 'public.customers.email', kind: 'partial', lookup: 'equality', options: {} },
  { id: 'msk_ssn', column: 'public.customers.ssn', kind: 'fixed', lookup: 'none', options: {} },
  { id: 'msk_card', column: 'public.payments.card_number', kind: 'fixed', lookup: 'none', options: {} },
];

export interface TestGateway {
  readonly port: number;
  readonly adminPort: number;
  readonly control: MemoryControlPlane;
  readonly caCertificate: string;
  readonly home: string;
  readonly tokens: Awaited<ReturnType<typeof startTokenIssuer>>;
  readonly logged: { message: string; error: unknown }[];
  readonly sealingKey: SealingKey;
  token(agent: string, options?: TokenOptions): Promise<string>;
  /** What node-postgres connects with, as the agent. */
  options(agent?: string): Promise<ClientConfig>;
  connect(agent?: string, more?: ClientConfig): Promise<Client>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly target: TargetDatabase;
  readonly tls?: boolean;
  readonly masks?: MaskSpec[];
  readonly detect?: readonly DetectorName[];
  readonly functionCalls?: readonly string[];
  readonly policies?: 'defaults' | 'permit-all';
  readonly holdMs?: number;
  readonly environment?: string;
  readonly superuser?: boolean;
  readonly grants?: GrantTerms[];
  /** Another worker of the same deployment: its control plane, issuer and key are taken. */
  readonly beside?: TestGateway;
  /** More than one: the port may be shared, and is `beside`'s. */
  readonly workers?: number;
}

const everything: GrantTerms = {
  id: 'gnt_all',
  actions: ['read', 'write', 'schema', 'execute', 'admin', 'egress'],
  scope: ['*'],
  endsAt: null,
};

/** A gateway before one target, with the agents migrator and reporter, its own issuer and real parts. */
export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-gateway-'));
  const { beside } = options;
  const tokens = beside?.tokens ?? (await startTokenIssuer());
  const { issuer } = tokens;
  const control =
    beside?.control ??
    new MemoryControlPlane({
      id: 'iss_1',
      name: 'local',
      issuer,
      audience: 'countersign',
      jwksUri: `${issuer}/jwks`,
      algorithms: [],
      singleUse: false,
    });
  const sealingKey = beside?.sealingKey ?? { id: 'default', bytes: randomBytes(32) };
  await writeFile(join(home, 'sealing.key'), sealingKey.bytes.toString('base64'));
  const certificates = await makeServerCertificates();
  await writeFile(join(home, 'server.crt'), certificates.certificate);
  await writeFile(join(home, 'server.key'), certificates.key);
  control.masks = options.masks ?? [];
  const policies = options.policies ?? 'defaults';
  control.policyFiles = [
    { name: `${policies}.cedar`, text: await readFile(`policies/${policies}.cedar`, 'utf8') },
  ];
  control.targets.set('shop', targetOf(options, sealingKey));
  for (const name of ['migrator', 'reporter']) addAgent(control, name, options.grants ?? [everything]);

  const logged: { message: string; error: unknown }[] = [];
  const log = (message: string, error?: unknown) => void logged.push({ message, error });
  const recorder = createRecorder({ home, key: sealingKey, controlPlane: control, log });
  const gateway: Gateway = await startGateway(configOf(home, options), { control, recorder, log });

  const { token } = tokens;
  const optionsOf = async (agent = 'migrator'): Promise<ClientConfig> => ({
    host: '127.0.0.1',
    port: gateway.port,
    user: agent,
    database: 'shop',
    password: await token(agent),
    ...(options.tls ? { ssl: { ca: certificates.caCertificate, servername: 'localhost' } } : {}),
  });
  return {
    port: gateway.port,
    adminPort: gateway.adminPort,
    control,
    caCertificate: certificates.caCertificate,
    tokens,
    home,
    logged,
    sealingKey,
    token,
    options: optionsOf,
    async connect(agent = 'migrator', more = {}) {
      const client = new Client({ ...(await optionsOf(agent)), ...more });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    async close() {
      await gateway.close();
      if (beside === undefined) tokens.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A secret as the resource `shop` would hold it. */
export function sealForTarget(gateway: TestGateway, secret: string, purpose: string): Uint8Array {
  return seal(gateway.sealingKey, Buffer.from(secret, 'utf8'), purpose);
}

function targetOf(options: TestGatewayOptions, key: { id: string; bytes: Uint8Array }): TargetRecord {
  const { target } = options;
  const url = new URL(options.superuser ? target.superuserUrl : target.url);
  const id = 'res_shop';
  return {
    resource: {
      id,
      name: 'shop',
      kind: 'postgres',
      environment: options.environment ?? 'production',
      masks: [],
      detect: options.detect ?? [],
    },
    host: target.host,
    port: target.port,
    database: target.database,
    username: url.username,
    credentialSealed: seal(key, Buffer.from(decodeURIComponent(url.password), 'utf8'), `resource:${id}`),
    tls: 'disable',
    caCertificate: null,
    settings: { functionCalls: options.functionCalls },
    durability: 'process',
  };
}

export function addAgent(control: MemoryControlPlane, name: string, grants: GrantTerms[]): void {
  control.agents.set(`agt_${name}`, {
    identity: {
      agent: { id: `agt_${name}`, name, groups: [] },
      ownerId: 'per_ada',
      ownerName: 'Ada',
      state: 'active',
      matchClaims: { sub: name },
    },
    state: 'active',
    grants,
  });
}

function configOf(home: string, options: TestGatewayOptions): GatewayConfig {
  return {
    host: '127.0.0.1',
    port: (options.workers ?? 1) > 1 ? (options.beside?.port ?? 0) : 0,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    tls: options.tls ? { certFile: join(home, 'server.crt'), keyFile: join(home, 'server.key') } : null,
    adminPort: 0,
    home,
    keyFile: join(home, 'sealing.key'),
    signingKeyFile: '',
    databaseUrl: '',
    holdMs: options.holdMs ?? 20_000,
    connectionsMax: 500,
  };
}
