import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { addressOf } from './guard.ts';
import type { Settings } from './model.ts';
import { oneLine } from './post.ts';

const answerMsMax = 10_000;

/** One mail in plain text: a line that says what happened, and where to look. */
export async function mail(
  settings: Extract<Settings, { channel: 'email' }>,
  message: { readonly id: string; readonly line: string; readonly link: string },
  privateNetwork: boolean,
): Promise<void> {
  const server = new URL(settings.server);
  const secure = server.protocol === 'smtps:';
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const { address } = await addressOf(host, privateNetwork);
  const user = decodeURIComponent(server.username);
  const transport = createTransport({
    host: address,
    port: Number(server.port) || (secure ? 465 : 25),
    secure,
    // A password never goes over an open line.
    ...(user === ''
      ? {}
      : { auth: { user, pass: decodeURIComponent(server.password) }, requireTLS: !secure }),
    tls: isIP(host) === 0 ? { servername: host } : {},
    connectionTimeout: answerMsMax,
    greetingTimeout: answerMsMax,
    socketTimeout: answerMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: settings.from,
      to: [...settings.to],
      subject: oneLine(message.line).slice(0, 200),
      text: `${oneLine(message.line)}\n\n${message.link}\n`,
      // Stays the same when it is sent twice: mail programs show one.
      messageId: `<${message.id}@countersign>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } finally {
    transport.close();
  }
}
