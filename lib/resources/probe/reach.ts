import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Target } from '../target.ts';

const stepMsMax = 5_000;
/** Postgres' SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export async function resolveHost({ host }: Target): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address`;
  const found = await lookup(host, { all: true });
  return `${host} is ${found.map(({ address }) => address).join(', ')}`;
}

export async function reachPort({ host, port }: Target): Promise<string> {
  const socket = await connected(host, port);
  const address = socket.remoteAddress ?? host;
  socket.destroy();
  return `${address} answers on port ${port}`;
}

/** Only the certificate: what it is checked against is what a session is checked against. */
export async function checkTls(target: Target): Promise<string> {
  const plain = await connected(target.host, target.port);
  try {
    plain.write(sslRequest);
    const answer = await once(plain);
    if (answer !== 'S')
      throw new Error('the server speaks no TLS; switch it on there, or set tls to disable');
    return await new Promise<string>((resolve, reject) => {
      const secure = connectTls({ ...tlsOptions(target), socket: plain });
      secure.setTimeout(stepMsMax, () => reject(new Error('the TLS handshake took too long')));
      secure.once('error', reject);
      secure.once('secureConnect', () => {
        const { subject, valid_to: until } = secure.getPeerCertificate();
        const name = [subject?.CN].flat()[0] ?? 'no name';
        resolve(`${secure.getProtocol()}, certificate of ${name} until ${until}`);
        secure.destroy();
      });
    });
  } finally {
    plain.destroy();
  }
}

/** Like the gateway's: `require` encrypts and believes any certificate, `verify-full` checks chain and name. */
export function tlsOptions({ host, tls, caCertificate }: Target): ConnectionOptions {
  return {
    rejectUnauthorized: tls === 'verify-full',
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ...(caCertificate === null ? {} : { ca: caCertificate }),
    ...(tls === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const late = setTimeout(
      () => socket.destroy(new Error(`no answer in ${stepMsMax / 1000} seconds`)),
      stepMsMax,
    );
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(late);
      resolve(socket);
    });
  });
}

function once(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the server did not answer; is it Postgres?')), stepMsMax);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
    socket.once('data', (bytes) => {
      clearTimeout(late);
      resolve(bytes.toString('latin1', 0, 1));
    });
  });
}
