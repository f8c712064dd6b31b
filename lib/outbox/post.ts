import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { addressOf } from './guard.ts';

const answerMsMax = 10_000;
/** Of an answer that says no, this much is kept for people. */
const answerCharsKept = 200;

/** Posts `body`; resolves on 2xx and throws a sentence otherwise. A redirect is an answer like any other. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  privateNetwork: boolean,
): Promise<void> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const { address, family } = await addressOf(hostname, privateNetwork);
  const secure = protocol === 'https:';
  const bare = hostname.replace(/^\[|\]$/g, '');
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = (secure ? tlsRequest : plainRequest)(
      {
        host: address,
        family,
        port: port || (secure ? 443 : 80),
        path: `${pathname}${search}`,
        method: 'POST',
        agent: false,
        signal: AbortSignal.timeout(answerMsMax),
        ...(secure && isIP(bare) === 0 ? { servername: bare } : {}),
        headers: {
          ...headers,
          host: port ? `${hostname}:${port}` : hostname,
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': 'countersign',
        },
      },
      (answer) => {
        let kept = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          kept = `${kept}${piece}`.slice(0, answerCharsKept);
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: kept }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
  if (status < 200 || status > 299) throw new Error(`The receiver answered ${status}: ${oneLine(text)}`);
}

export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
