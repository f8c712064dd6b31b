import { createServer } from 'node:net';

/** Below the ephemeral range: the system never gives such a port to an outgoing connection. */
const lowest = 20_000;
const highest = 32_000;

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port on 127.0.0.1, none of `taken`. */
export async function freePort(taken: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!taken.includes(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`No free port between ${lowest} and ${highest}.`);
}
