import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests are answered; the last one stays. */
  answers: { status: number; location?: string; waitMs?: number }[];
  close(): Promise<void>;
}

/** A real HTTP server that keeps what it gets. */
export async function httpReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = (receiver.answers.length > 1 ? receiver.answers.shift() : receiver.answers[0]) ?? {
        status: 204,
      };
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {});
      response.end(answer.status === 204 ? undefined : 'said\u0007no');
    });
  });
  const receiver: Receiver = {
    url: await listening(server),
    received,
    answers: [{ status: 204 }],
    close: () => closed(server),
  };
  return receiver;
}

export interface Mailbox {
  readonly url: string;
  /** Envelope and text of each mail. */
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  readonly commands: string[];
  /** Answers RCPT with this code. */
  refuseWith: string | null;
  close(): Promise<void>;
}

/** A real SMTP server: EHLO, MAIL, RCPT, DATA, QUIT, without STARTTLS. */
export async function smtpMailbox(): Promise<Mailbox> {
  const mails: Mailbox['mails'] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    talk(socket);
  });
  function talk(socket: Socket): void {
    let from = '';
    let to: string[] = [];
    let text: string | null = null;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 mail.example ESMTP');
    socket.setEncoding('utf8').on('data', (piece: string) => {
      rest += piece;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (text !== null) {
          if (line !== '.') {
            text += `${line}\n`;
            continue;
          }
          mails.push({ from, to, text });
          text = null;
          say('250 taken');
          continue;
        }
        commands.push(line);
        const argument = /<([^>]*)>/.exec(line)?.[1] ?? '';
        if (/^EHLO/i.test(line)) say('250 mail.example');
        else if (/^MAIL/i.test(line)) {
          from = argument;
          to = [];
          say('250 ok');
        } else if (/^RCPT/i.test(line)) {
          if (mailbox.refuseWith !== null) say(`${mailbox.refuseWith} no such mailbox`);
          else {
            to.push(argument);
            say('250 ok');
          }
        } else if (/^DATA/i.test(line)) {
          text = '';
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('502 what');
      }
    });
  }
  const mailbox: Mailbox = {
    url: (await listening(server)).replace('http:', 'smtp:'),
    mails,
    commands,
    refuseWith: null,
    close() {
      for (const socket of sockets) socket.destroy();
      return closed(server);
    },
  };
  return mailbox;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections();
  });
}
