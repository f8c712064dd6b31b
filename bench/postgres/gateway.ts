import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { seal } from '#lib/core/sealing';
import type { DetectorName } from '#lib/masking/model';
import { startGateway } from '#proxy/main';
import { createRecorder } from '#proxy/recorder/index';
import type { Recorder, SessionRecorder } from '#proxy/recorder/recorder';
import { addAgent, shopMasks } from '#tests/support/gateway';
import { MemoryControlPlane } from '#tests/support/memory-control-plane';

/** The gateway as it ships, but for a control plane in memory: policy, lineage, masks, recording on. */
export interface GatewayOrder {
  readonly home: string;
  readonly keyFile: string;
  readonly issuer: string;
  readonly target: { host: string; port: number; database: string; user: string; password: string };
  readonly tls: { certFile: string; keyFile: string } | null;
  /** TLS to the target too, whatever certificate it has. */
  readonly targetTls?: boolean;
  /** Shares this port with other workers; absent: a free one. */
  readonly sharedPort?: number;
  /** False: statements are decided and masked, and nothing is kept of them. */
  readonly recording: boolean;
  /** What is searched for in text that comes back. */
  readonly detect?: readonly DetectorName[];
}

/** To tell what recording costs; nothing that ships can run so. */
class NoRecorder implements Recorder {
  open({ sessionId }: Parameters<Recorder['open']>[0]): SessionRecorder {
    let seq = 0;
    return {
      sessionId,
      append() {
        seq += 1;
        return seq;
      },
      flush: () => undefined,
      index: () => {},
      close: () => {},
    };
  }

  trouble(): null {
    return null;
  }

  async close(): Promise<void> {}
}

/** Pages that one collection empties are given back by the next. */
async function collect(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(300);
  }
}

process.once('message', (order: GatewayOrder) => void serve(order));

async function serve(order: GatewayOrder): Promise<void> {
  const { home, keyFile, issuer, target, tls, recording, detect = [] } = order;
  process.once('disconnect', () => process.exit(0));
  const key = { id: 'default', bytes: Buffer.from(await readFile(keyFile, 'utf8'), 'base64') };
  const control = new MemoryControlPlane({
    id: 'iss',
    name: 'bench',
    issuer,
    audience: 'countersign',
    jwksUri: `${issuer}/jwks`,
    algorithms: [],
    singleUse: false,
  });
  control.masks = shopMasks;
  control.policyFiles = [{ name: 'defaults.cedar', text: await readFile('policies/defaults.cedar', 'utf8') }];
  control.targets.set('bench', {
    resource: { id: 'res', name: 'bench', kind: 'postgres', environment: 'production', masks: [], detect },
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.user,
    credentialSealed: seal(key, Buffer.from(target.password), 'resource:res'),
    tls: order.targetTls ? 'require' : 'disable',
    caCertificate: null,
    durability: 'process',
  });
  addAgent(control, 'bench', [
    { id: 'gnt', actions: ['read', 'write', 'schema', 'execute'], scope: ['*'], endsAt: null },
  ]);
  // Rows are counted and dropped: what imports them is measured elsewhere.
  control.importStatements = async () => {};
  const recorder = recording ? createRecorder({ home, key, controlPlane: control }) : new NoRecorder();
  const gateway = await startGateway(
    {
      host: '127.0.0.1',
      port: order.sharedPort ?? 0,
      workers: order.sharedPort === undefined ? 1 : 2,
      tls,
      adminPort: 0,
      home,
      keyFile,
      signingKeyFile: '',
      databaseUrl: '',
      holdMs: 20_000,
      connectionsMax: 2_000,
    },
    { control, recorder },
  );
  process.on('message', (asked) => {
    if (asked !== 'collect') return;
    void collect().then(() => process.send?.('collected'));
  });
  process.send?.({ port: gateway.port });
}
