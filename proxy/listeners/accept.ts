import { createServer, type Server, type Socket } from 'node:net';
import type { Refusals } from '#proxy/refusals';

export interface AcceptOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** Other workers of this host listen on the same port; the system deals connections out. */
  readonly reusePort?: boolean;
  readonly refusals: Refusals;
  /** Owns the socket from here on; it must never reject. */
  readonly serve: (socket: Socket, address: string) => void;
}

/** The accept loop of one wire: a cap on connections, no delay, and what is refused is counted. */
export async function acceptLoop(
  options: AcceptOptions,
): Promise<{ server: Server; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    socket.on('error', () => {});
    if (open.size >= options.connectionsMax) {
      options.refusals.count(address, 'connections_max');
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    options.serve(socket, address);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const { port, host, reusePort = false } = options;
    server.listen({ port, host, reusePort }, resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { server, close };
}
