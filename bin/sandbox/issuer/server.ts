import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { sandboxPeople } from '#bin/sandbox/people';
import { type IssuerSettings, issuerConfiguration } from './configuration.ts';
import { messagePage, signInPage, typefacePath } from './pages.ts';

const bodyBytesMax = 4_096;
const typeface = new URL('fonts/geist-sans/Geist-Variable.woff2', import.meta.resolve('geist/font'));

/**
 * The sandbox's token issuer on 127.0.0.1: people sign in by clicking a name, agents get RS256 access
 * tokens by client credentials. It proves nothing about anybody and exists in sandbox mode only.
 */
export async function startIssuer(port: number, settings: IssuerSettings): Promise<Server> {
  const provider = new Provider(`http://localhost:${port}`, issuerConfiguration(settings));
  const serve = provider.callback();
  const server = createServer((request, response) => {
    if (request.url === typefacePath) {
      sendTypeface(response).catch(() => response.destroy());
      return;
    }
    const uid = /^\/sign-in\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (uid === undefined) serve(request, response);
    else signIn(provider, uid, request, response).catch(() => expired(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function sendTypeface(response: ServerResponse): Promise<void> {
  const bytes = await readFile(typeface);
  response.writeHead(200, { 'content-type': 'font/woff2', 'cache-control': 'max-age=86400' });
  response.end(bytes);
}

async function signIn(
  provider: Provider,
  uid: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    html(response, 200, signInPage(uid));
    return;
  }
  const email = new URLSearchParams(await bodyOf(request)).get('email');
  const person = sandboxPeople.find((candidate) => candidate.email === email);
  if (!person) {
    html(response, 400, messagePage('Nobody of that name', 'Choose one of the six people.'));
    return;
  }
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: person.email, remember: false } },
    { mergeWithLastSubmission: false },
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > bodyBytesMax) throw new Error('the form is too long');
  }
  return text;
}

function expired(response: ServerResponse): void {
  html(response, 400, messagePage('This sign-in has expired', 'Go back to Countersign and sign in again.'));
}

function html(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; frame-ancestors 'none'",
  });
  response.end(text);
}
