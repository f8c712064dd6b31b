import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { acceptTls } from '#proxy/listeners/tls';
import { Refused } from '#proxy/pipeline/refused';
import { runSteps } from '#proxy/pipeline/steps';
import type { Services } from '#proxy/services';
import { CancelRelay } from './cancel-relay.ts';
import { FrameFault } from './codec/frames.ts';
import { readStartup, type StartupPacket, startupLength } from './codec/startup.ts';
import { report } from './codec/write.ts';
import { refusedConnection } from './errors.ts';
import { CancelKeys, type OwnKey } from './keys.ts';
import { PacketReader } from './packet-reader.ts';
import { PostgresTransport } from './session.ts';

/** From accept to a password that is on its way: whoever needs longer is not a driver. */
const startupMsMax = 15_000;
/** A refused connection may read its refusal this long. */
const lingerMs = 1_000;
/** Packets before a StartupMessage: GSSENC and SSL requests, one each. */
const negotiationsMax = 2;

const yes = Buffer.from('S');
const no = Buffer.from('N');
const tlsHandshake = 0x16;

export interface PostgresListener {
  serve(socket: Socket, address: string): void;
}

/** An accepted connection on its way to a session. */
interface Link {
  /** What is spoken through now: the accepted socket, or TLS over it. */
  socket: Socket;
  readonly accepted: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** Takes accepted sockets to a session: TLS, startup, password, then the pipeline. */
export function postgresListener(services: Services, tls: SecureContext | null): PostgresListener {
  const keys = new CancelKeys<PostgresTransport>(services.sealingKey.bytes);
  const relay = new CancelRelay(services.control);
  services.watch.onCancel = (proof) => keys.findByProof(proof)?.cancel();

  function cancel({ pid, key }: OwnKey, address: string): void {
    const session = keys.find({ pid, key });
    if (session !== null) session.cancel();
    else if (!relay.send(keys.proofOf({ pid, key }), Date.now())) {
      services.refusals.count(address, 'cancel_rate');
    }
  }

  async function open(link: Link): Promise<void> {
    const packet = await negotiate(link, tls);
    if (packet.kind === 'cancel') {
      cancel(packet, link.address);
      link.socket.end();
      return;
    }
    if (packet.kind !== 'startup') throw new FrameFault('only protocol 3 is spoken here');
    if (tls !== null && link.socket === link.accepted) {
      throw new Refused(
        'invalid',
        'plaintext',
        'TLS is required here. Connect with sslmode=require or stricter.',
      );
    }
    const transport = new PostgresTransport(services, keys, link.socket, link.address);
    await transport.askPassword(packet.minor, packet.parameters);
    clearTimeout(link.timer);
    await runSteps({ services, transport });
  }

  return {
    serve(accepted, address) {
      const timer = setTimeout(() => {
        services.refusals.count(address, 'startup_timeout');
        accepted.destroy();
      }, startupMsMax);
      const link: Link = { socket: accepted, accepted, address, timer };
      accepted.once('close', () => clearTimeout(timer));
      open(link).catch((error: unknown) => refuse(services, link, error));
    },
  };
}

async function negotiate(link: Link, tls: SecureContext | null): Promise<StartupPacket> {
  const first = new PacketReader(link.accepted);
  if ((await first.peek()) === tlsHandshake) {
    if (tls === null) throw new FrameFault('TLS is not served here');
    first.release();
    return encrypted(link, tls, true);
  }
  let packet = await startupOf(first);
  for (let count = 0; packet.kind === 'ssl' || packet.kind === 'gss'; count += 1) {
    if (count === negotiationsMax) throw new FrameFault('too many encryption requests');
    // What was sent along with the request was sent in the clear (CVE-2021-23214).
    if (first.bufferedBytes > 0) throw new FrameFault('data was sent before encryption was up');
    if (packet.kind === 'ssl' && tls !== null) {
      first.release();
      link.accepted.write(yes);
      return encrypted(link, tls, false);
    }
    link.accepted.write(no);
    packet = await startupOf(first);
  }
  return packet;
}

async function encrypted(link: Link, tls: SecureContext, direct: boolean): Promise<StartupPacket> {
  link.socket = await acceptTls(link.accepted, tls, { protocol: 'postgresql', required: direct });
  link.socket.on('error', () => {});
  return startupOf(new PacketReader(link.socket));
}

async function startupOf(reader: PacketReader): Promise<StartupPacket> {
  const packet = readStartup(await reader.packet(startupLength));
  if (packet.kind === 'startup' || packet.kind === 'cancel') reader.release();
  return packet;
}

/** Whatever went wrong before the relay: told in Postgres' terms, counted, closed. */
function refuse(services: Services, { socket, accepted, address }: Link, error: unknown): void {
  const refused =
    error instanceof Refused
      ? error
      : error instanceof FrameFault
        ? new Refused('invalid', 'malformed', `${error.message}.`)
        : null;
  if (refused === null) services.log('a connection could not be served', error);
  services.refusals.count(address, refused?.countedAs ?? 'fault');
  if (socket.destroyed || !socket.writable) {
    accepted.destroy();
    return;
  }
  const told =
    refused !== null
      ? refusedConnection(refused)
      : report({
          severity: 'FATAL',
          code: 'XX000',
          message: 'The gateway can not serve this connection now.',
        });
  socket.resume();
  socket.end(told);
  setTimeout(() => accepted.destroy(), lingerMs).unref();
}
