import { connect, createServer, type Server } from 'node:net';

/** A relay that only pipes bytes: the floor of what any gateway in Node costs. */
export async function startBareRelay(target: {
  host: string;
  port: number;
}): Promise<{ port: number; server: Server }> {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: target.host, port: target.port, noDelay: true });
    client.on('data', (chunk) => {
      if (!upstream.write(chunk)) client.pause();
    });
    upstream.on('data', (chunk) => {
      if (!client.write(chunk)) upstream.pause();
    });
    upstream.on('drain', () => client.resume());
    client.on('drain', () => upstream.resume());
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return { port: address.port, server };
}

if (process.send !== undefined && process.argv[2] === 'relay') {
  const { port } = await startBareRelay({ host: '127.0.0.1', port: Number(process.argv[3]) });
  process.send({ port });
}
