import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '#lib/core/ids';
import { BlobStore } from '#lib/recording/store/blob-store';
import { startAdmin } from './admin.ts';
import { type GatewayConfig, readConfig } from './config.ts';
import type { ControlPlane } from './control/control-plane.ts';
import { createControlPlane } from './control/prisma-control-plane.ts';
import { acceptLoop } from './listeners/accept.ts';
import { entraTokens } from './listeners/entra-tokens.ts';
import { postgresListener } from './listeners/postgres/listener.ts';
import { serverContext } from './listeners/tls.ts';
import { createRecorder, startUploads } from './recorder/index.ts';
import type { Recorder } from './recorder/recorder.ts';
import { type Log, makeServices, readSealingKey, readSigningKey } from './services.ts';

export interface Gateway {
  readonly port: number;
  readonly adminPort: number;
  /** Ends sessions, seals recordings, hands over what was counted. */
  close(): Promise<void>;
}

/** What a test may put in the place of the real parts. */
export interface GatewayParts {
  readonly control?: ControlPlane;
  readonly recorder?: Recorder;
  readonly log?: Log;
}

const closeMsMax = 5_000;

/** Starts one gateway worker; resolves when it accepts connections. */
export async function startGateway(config: GatewayConfig, parts: GatewayParts = {}): Promise<Gateway> {
  const log = parts.log ?? logLine;
  const sealingKey = await readSealingKey(config.keyFile);
  const workerId = newId('worker');
  const control = parts.control ?? createControlPlane({ url: config.databaseUrl, workerId });
  const recorder =
    parts.recorder ??
    createRecorder({
      home: config.home,
      key: sealingKey,
      controlPlane: control,
      workerId,
      signingKey: await readSigningKey(config.signingKeyFile),
      log,
    });
  const uploads = startUploadsOf(config, control, log);
  const tokens = entraTokens(config.entraClientId ?? null);
  const services = await makeServices({ control, recorder, sealingKey, holdMs: config.holdMs, log, tokens });
  const { watch, refusals, metrics } = services;
  await watch.start(hostname(), process.pid);
  metrics.gauge('countersign_sessions', () => watch.sessions);
  metrics.gauge('countersign_refusals_total', () => refusals.total);
  metrics.gauge('countersign_spool_ok', () => (recorder.trouble() === null ? 1 : 0));
  const tls = config.tls === null ? null : serverContext(config.tls);
  const listener = postgresListener(services, tls);
  const accepting = await acceptLoop({
    host: config.host,
    port: config.port,
    connectionsMax: config.connectionsMax,
    reusePort: (config.workers ?? 1) > 1,
    refusals,
    serve: listener.serve,
  });
  const admin = await startAdmin(
    config.adminPort,
    () => {
      const trouble = recorder.trouble() ?? watch.trouble();
      return {
        status: trouble === null ? 'ok' : 'degraded',
        worker: workerId,
        sessions: watch.sessions,
        trouble,
      };
    },
    metrics,
  );
  return {
    port: (accepting.server.address() as AddressInfo).port,
    adminPort: (admin.address() as AddressInfo).port,
    async close() {
      accepting.server.close();
      watch.cutAll('the gateway is stopping');
      const deadline = Date.now() + closeMsMax;
      while (watch.sessions > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
      await accepting.close();
      await refusals.close();
      admin.close();
      watch.stop();
      await recorder.close();
      await uploads?.close();
      await services.catalogs.close();
      services.parser.close();
      await control.close();
    },
  };
}

function startUploadsOf(config: GatewayConfig, controlPlane: ControlPlane, log: Log) {
  if (!config.blobs) return null;
  const directory = join(config.home, 'recordings');
  return startUploads({ directory, store: new BlobStore(config.blobs), controlPlane, log });
}

/** One JSON line a message, on standard error: never a statement's text, a value or a token. */
function logLine(message: string, error?: unknown): void {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : undefined;
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), message, cause })}\n`);
}

async function runAlone(): Promise<void> {
  const gateway = await startGateway(readConfig(process.env));
  const stop = () => {
    void gateway.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Under a launcher: its end is ours.
  process.once('disconnect', stop);
  process.send?.({ kind: 'ready', port: gateway.port, adminPort: gateway.adminPort });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  runAlone().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
