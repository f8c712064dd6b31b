import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Runs a file of this folder as a process of its own; resolves when it has told its port. */
export function child(
  file: string,
  order: object,
  profiles: string | null,
  flags: readonly string[] = [],
): Promise<{ child: ChildProcess; port: number }> {
  const execArgv = profiles === null ? [...flags] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const forked = fork(new URL(file, import.meta.url), [], { stdio: 'inherit', execArgv });
  return new Promise((resolve, reject) => {
    forked.once('message', (said) => resolve({ child: forked, port: (said as { port: number }).port }));
    forked.once('exit', () => reject(new Error(`${file} ended`)));
    forked.send(order);
  });
}

/** An issuer and one token of the agent `bench`. */
export async function tokens() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const document = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience('countersign')
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey);
  return { issuer, token, server };
}
