import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

/** Where the relay passes to, and, for the client's side in TLS, with what. */
export interface RelayOrder {
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

/** A relay that only pipes bytes: the floor of what any gateway in Node costs. */
export async function startBareRelay(order: RelayOrder): Promise<number> {
  const secure =
    order.tls === null
      ? null
      : createSecureContext({
          cert: readFileSync(order.tls.certFile),
          key: readFileSync(order.tls.keyFile),
        });
  const server = createServer({ noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    if (secure === null) pass(client, order.port);
    else startTls(client, secure, order.port);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return address.port;
}

/** libpq asks for TLS by a message of 8 bytes and waits for one letter. */
function startTls(client: Socket, secureContext: SecureContext, port: number): void {
  client.once('data', () => {
    client.write('S');
    pass(new TLSSocket(client, { isServer: true, secureContext }), port);
  });
}

function pass(client: Socket, port: number): void {
  const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
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
}

process.once('message', (order: RelayOrder) => {
  process.once('disconnect', () => process.exit(0));
  void startBareRelay(order).then((port) => process.send?.({ port }));
});
