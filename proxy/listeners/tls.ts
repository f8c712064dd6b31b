import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

/** The gateway's own certificate, read once. */
export function serverContext(files: { readonly certFile: string; readonly keyFile: string }): SecureContext {
  return createSecureContext({
    cert: readFileSync(files.certFile),
    key: readFileSync(files.keyFile),
    minVersion: 'TLSv1.2',
  });
}

/**
 * Speaks TLS as the server on an accepted socket. Bytes that were already read must have been put
 * back with `unshift`. Rejects when the handshake fails, or when ALPN is required and not agreed on.
 */
export function acceptTls(
  socket: Socket,
  secureContext: SecureContext,
  alpn: { readonly protocol: string; readonly required: boolean },
): Promise<TLSSocket> {
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    ALPNProtocols: [alpn.protocol],
  });
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      secure.destroy();
      reject(error ?? new Error('the TLS handshake was not finished'));
    };
    secure.once('error', fail);
    secure.once('close', () => fail());
    secure.once('secure', () => {
      secure.removeAllListeners('error');
      secure.removeAllListeners('close');
      if (alpn.required && secure.alpnProtocol !== alpn.protocol) fail(new Error('ALPN is required'));
      else resolve(secure);
    });
  });
}
