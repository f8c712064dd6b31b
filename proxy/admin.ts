import { createServer, type Server } from 'node:http';
import type { Metrics } from './metrics.ts';

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly worker: string;
  readonly sessions: number;
  /** Why no new session may open, or null. */
  readonly trouble: string | null;
}

/** `/health` and `/metrics`, on loopback only: it has no sign-in. */
export async function startAdmin(port: number, health: () => Health, metrics: Metrics): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    if (request.method !== 'GET') {
      response.writeHead(405).end();
    } else if (path === '/health') {
      const body = health();
      response.writeHead(body.status === 'ok' ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    } else if (path === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.render());
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
