import { startTestGateway, type TestGateway } from './gateway.ts';
import { createTargetDatabase, type TargetDatabase } from './target-database.ts';

/** One way to a shop: what a driver connects with. */
export interface Way {
  readonly name: 'direct' | 'gateway';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: boolean;
  /** The same for programs that read libpq's variables. */
  readonly environment: NodeJS.ProcessEnv;
}

export interface BothWays {
  readonly gateway: TestGateway;
  readonly direct: Way;
  through(): Promise<Way>;
  /** Does the same on two equal databases, directly and through the gateway. */
  both<Result>(work: (way: Way) => Promise<Result>): Promise<{ direct: Result; gateway: Result }>;
  close(): Promise<void>;
}

/** Two equal shops: one reached directly, one through a gateway in TLS with permit-all and no masks. */
export async function openBothWays(): Promise<BothWays> {
  const [bare, target] = await Promise.all([createTargetDatabase(), createTargetDatabase()]);
  const gateway = await startTestGateway({
    target,
    tls: true,
    policies: 'permit-all',
    functionCalls: ['large_objects'],
  });
  const direct = wayOf('direct', bare, bare.port, bare.user, bare.password, bare.database, false);
  const through = async () =>
    wayOf('gateway', bare, gateway.port, 'migrator', await gateway.token('migrator'), 'shop', true);
  return {
    gateway,
    direct,
    through,
    async both(work) {
      const first = await work(direct);
      return { direct: first, gateway: await work(await through()) };
    },
    async close() {
      await gateway.close();
      await Promise.all([bare.drop(), target.drop()]);
    },
  };
}

function wayOf(
  name: Way['name'],
  { host }: TargetDatabase,
  port: number,
  user: string,
  password: string,
  database: string,
  tls: boolean,
): Way {
  const environment = {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGSSLMODE: tls ? 'require' : 'disable',
  };
  return { name, host, port, user, password, database, tls, environment };
}
