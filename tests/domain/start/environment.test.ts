import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '#bin/environment';
import { freePort } from '#bin/ports';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { superuser } from '#bin/sandbox/postgres';
import { requirePorts } from '#bin/start/ports';
import { requireConfigured, requireHarmlessLogin } from '#bin/start/production';
import { loginUrl, testCluster } from '#tests/support/cluster';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const base = { NODE_ENV: 'test' } as const;

describe('the environment', () => {
  it('has the documented defaults', () => {
    expect(readEnvironment({ ...base })).toMatchObject({
      PORT: 3000,
      COUNTERSIGN_POSTGRES_PORT: 15_432,
      COUNTERSIGN_ISSUER_PORT: 4400,
      COUNTERSIGN_ADMIN_PORT: 15_480,
      COUNTERSIGN_HOME: '.countersign',
    });
  });

  it('takes an empty variable as none', () => {
    expect(readEnvironment({ ...base, PORT: '', COUNTERSIGN_MIGRATE_URL: '' }).PORT).toBe(3000);
  });

  it('names every wrong variable in one sentence', () => {
    expect(() => readEnvironment({ ...base, PORT: 'eighty', DATABASE_URL: 'mysql://x' })).toThrow(
      /PORT must be a port number; DATABASE_URL must be a postgresql:\/\/ URL/,
    );
  });
});

describe('ports', () => {
  it('that are taken are named with their use and another to choose', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const environment = readEnvironment({ ...base, PORT: String(port) });
    await expect(requirePorts(environment, false)).rejects.toThrow(
      new RegExp(`Port ${port}, for the web page, is taken.*PORT=${port + 10} npm start`),
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('that are named twice are refused', async () => {
    const port = String(await freePort());
    const environment = readEnvironment({ ...base, PORT: port, COUNTERSIGN_ADMIN_PORT: port });
    await expect(requirePorts(environment, false)).rejects.toThrow(
      /COUNTERSIGN_ADMIN_PORT and PORT are both/,
    );
  });

  it('of further gateway workers are looked at too', async () => {
    const first = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(first + 2, '127.0.0.1', resolve));
    const workers = { COUNTERSIGN_ADMIN_PORT: String(first), COUNTERSIGN_GATEWAY_WORKERS: '3' };
    await expect(requirePorts(readEnvironment({ ...base, ...workers }), false)).rejects.toThrow(
      `Port ${first + 2}, for the health and metrics of gateway-3, is taken by another program. Stop it, or choose other ports: COUNTERSIGN_ADMIN_PORT=${first + 3} npm start`,
    );
    const two = { ...workers, COUNTERSIGN_GATEWAY_WORKERS: '2' };
    const ports = { PORT: String(await freePort()), COUNTERSIGN_POSTGRES_PORT: String(await freePort()) };
    await expect(requirePorts(readEnvironment({ ...base, ...two, ...ports }), false)).resolves.toBe(
      undefined,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('of further gateway workers that are another’s are refused', async () => {
    const first = await freePort();
    const environment = readEnvironment({
      ...base,
      ...{ PORT: String(first + 1), COUNTERSIGN_ADMIN_PORT: String(first), COUNTERSIGN_GATEWAY_WORKERS: '2' },
    });
    await expect(requirePorts(environment, false)).rejects.toThrow(
      `COUNTERSIGN_ADMIN_PORT + 1 (gateway-2) and PORT are both ${first + 1}. Give each its own.`,
    );
  });

  it('of further gateway workers that there are none of are refused', async () => {
    const environment = readEnvironment({
      ...base,
      ...{ COUNTERSIGN_ADMIN_PORT: '65534', COUNTERSIGN_GATEWAY_WORKERS: '4' },
    });
    await expect(requirePorts(environment, false)).rejects.toThrow(
      'COUNTERSIGN_GATEWAY_WORKERS=4 needs the ports 65534 to 65537 for health and metrics, and 65535 is the last there is. Choose lower ones: COUNTERSIGN_ADMIN_PORT=65532 npm start',
    );
  });
});

describe('keys outside the sandbox', () => {
  let folder: string;
  let complete: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
    const file = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const { certificate, key } = await makeServerCertificates();
    complete = {
      ...base,
      DATABASE_URL: 'postgresql://x@127.0.0.1/x',
      COUNTERSIGN_KEY_FILE: await file('sealing.key', randomBytes(32).toString('base64')),
      COUNTERSIGN_SIGNING_KEY_FILE: await file(
        'signing.pem',
        generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ),
      COUNTERSIGN_TLS_CERT_FILE: await file('server.crt', certificate),
      COUNTERSIGN_TLS_KEY_FILE: await file('server.key', key),
      NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_CLIENT_ID: 'countersign',
      AUTH_CLIENT_SECRET: 'secret',
    };
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are enough when all are there', async () => {
    await expect(requireConfigured(readEnvironment(complete))).resolves.toBeUndefined();
  });

  it('are each named when missing, with how to make one, and none is made', async () => {
    const environment = readEnvironment({ ...base, DATABASE_URL: 'postgresql://x@127.0.0.1/x' });
    await expect(requireConfigured(environment)).rejects.toThrow(
      /COUNTERSIGN_KEY_FILE is not set.*openssl rand -base64 32[\s\S]*COUNTERSIGN_SIGNING_KEY_FILE is not set.*openssl genpkey[\s\S]*NEXTAUTH_SECRET is not set/,
    );
  });

  it('are refused when they are something else', async () => {
    const short = join(folder, 'short.key');
    await writeFile(short, randomBytes(16).toString('base64'));
    const environment = readEnvironment({
      ...complete,
      COUNTERSIGN_KEY_FILE: short,
      COUNTERSIGN_SIGNING_KEY_FILE: short,
      COUNTERSIGN_TLS_CERT_FILE: join(folder, 'nothing.crt'),
    });
    await expect(requireConfigured(environment)).rejects.toThrow(
      /does not hold 32 bytes[\s\S]*not a private key[\s\S]*nothing\.crt\): this file can’t be read/,
    );
  });
});

describe('the run-time login', () => {
  let control: ControlDatabase;

  beforeAll(async () => {
    control = await createControlDatabase();
  });

  afterAll(() => control?.drop());

  it('may be one that owns nothing', async () => {
    await expect(requireHarmlessLogin(control.url)).resolves.toBeUndefined();
  });

  it('is refused when it owns the tables or is a superuser', async () => {
    await expect(requireHarmlessLogin(control.ownerUrl)).rejects.toThrow(/owns the tables/);
    await expect(requireHarmlessLogin(loginUrl(testCluster(), superuser, control.name))).rejects.toThrow(
      /is a superuser/,
    );
  });
});
