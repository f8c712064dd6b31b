import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { hasTool } from '#tests/support/command';

/** Each statement carries a number that no other has: by it log and recordings are compared. */
export const statementNumber = /\b[1-9]\d{14}\b/g;
export const clients = 4;

const numberMin = 100_000_000_000_000;
const numberMax = 999_999_999_999_999;
const script = `\\set id random(1, 600)
\\set a random(${numberMin}, ${numberMax})
\\set b random(${numberMin}, ${numberMax})
SELECT id + :a::bigint AS marked FROM orders WHERE id = :id;
UPDATE orders SET status = status WHERE id = :id AND :b::bigint > 0;
`;

export interface Load {
  /** Resolves when every client of it is gone. */
  readonly ended: Promise<void>;
  stop(): void;
  /** What it said about its end. */
  said(): string;
}

interface Address {
  readonly port: number;
  readonly password: string;
  readonly home: string;
  readonly mode: 'simple' | 'prepared';
}

/** Statements one after the other from every client, until the gateway is gone: pgbench, or node-postgres. */
export async function startLoad(address: Address): Promise<Load> {
  return hasTool('pgbench') ? pgbench(address) : nodeClients(address);
}

async function pgbench({ port, password, home, mode }: Address): Promise<Load> {
  const file = join(home, 'load.sql');
  await writeFile(file, script);
  const args = ['-n', '-f', file, '-M', mode, '-c', String(clients), '-j', '1', '-T', '60'];
  const child = spawn('pgbench', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'migrator',
      PGDATABASE: 'shop',
      PGPASSWORD: password,
      PGSSLMODE: 'disable',
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit').then(() => undefined);
  return { ended, stop: () => child.kill('SIGKILL'), said: () => said };
}

async function nodeClients({ port, password, mode }: Address): Promise<Load> {
  let stopped = false;
  const one = async () => {
    const client = new Client({ host: '127.0.0.1', port, user: 'migrator', database: 'shop', password });
    client.on('error', () => {});
    await client.connect();
    while (!stopped) {
      const number = randomInt(1, 9) * 1e14 + randomInt(1e14 - 1);
      const id = randomInt(1, 600);
      if (mode === 'simple') await client.query(`SELECT id + ${number} FROM orders WHERE id = ${id}`);
      else {
        const text = 'UPDATE orders SET status = status WHERE id = $1::bigint AND $2::bigint > 0';
        await client.query({ name: 'load', text, values: [id, number] });
      }
    }
    await client.end();
  };
  let said = '';
  const all = Array.from({ length: clients }, () => one().catch((error) => (said += `${error}\n`)));
  return {
    ended: Promise.all(all).then(() => undefined),
    stop: () => {
      stopped = true;
    },
    said: () => said,
  };
}
