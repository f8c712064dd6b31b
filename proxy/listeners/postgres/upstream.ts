import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TargetRecord } from '#proxy/control/control-plane';
import { Refused } from '#proxy/pipeline/refused';
import { FrameReader } from './codec/frames.ts';
import { serverDelivery } from './codec/limits.ts';
import { readParameterStatus, readReport } from './codec/read.ts';
import { fromServer } from './codec/types.ts';
import { cancelRequest, sslRequest, startup, terminate } from './codec/write.ts';
import type { Credential } from './credentials.ts';
import { pinnedSettings } from './parameters.ts';
import { UpstreamLogin } from './upstream-login.ts';

const connectMsMax = 10_000;
/** Asked for because its keys for cancelling can't be guessed; an older server answers with 3.0. */
const protocol32 = 196_610;
/** The target notices within it that the gateway is gone, and stops what runs. */
const checkIntervalSetting = ['client_connection_check_interval', '1s'] as const;

export interface UpstreamOptions {
  readonly target: TargetRecord;
  readonly password: string | null;
  readonly certificate?: Credential['certificate'];
  /** Role that the session runs under; null: the login's own. */
  readonly role?: string | null;
  readonly applicationName: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** A connection to a target that has logged in and said ReadyForQuery. */
export interface Upstream {
  readonly socket: Socket;
  readonly pid: number;
  readonly key: Buffer;
  readonly parameters: ReadonlyMap<string, string>;
  /** Notices that the target sent while it logged us in. */
  readonly notices: readonly Buffer[];
}

/** Connects and logs in. Throws `Refused` with what the target said. */
export async function connectUpstream(options: UpstreamOptions, checks = true): Promise<Upstream> {
  const { target } = options;
  let socket: Socket | null = null;
  try {
    socket = await open(target, options.certificate ?? null);
    return await logIn(socket, options, checks);
  } catch (error) {
    socket?.destroy();
    if (error instanceof NoSuchCheck) return connectUpstream(options, false);
    if (error instanceof Refused) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(
      'unavailable',
      'target',
      `The target of ${target.resource.name} can't be reached: ${why}`,
    );
  }
}

/** Asks the target to stop what the session runs. Best effort: the answer is the connection's close. */
export async function cancelUpstream(target: TargetRecord, pid: number, key: Buffer): Promise<void> {
  const socket = await open(target);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), connectMsMax);
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    socket.end(cancelRequest(pid, key));
  });
}

export function leave(socket: Socket): void {
  if (!socket.destroyed && socket.writable) socket.end(terminate);
}

async function open(target: TargetRecord, certificate: Credential['certificate'] = null): Promise<Socket> {
  const plain = connect({ host: target.host, port: target.port, noDelay: true, keepAlive: true });
  await ready(plain, 'connect');
  if (target.tls === 'disable') return plain;
  plain.write(sslRequest);
  const answer = await oneByte(plain);
  if (answer !== 'S') {
    plain.destroy();
    throw new Error(`it offers no TLS, and ${target.tls} is asked for`);
  }
  const secure = connectTls({
    socket: plain,
    host: target.host,
    servername: /^[\d.]+$|:/.test(target.host) ? '' : target.host,
    ALPNProtocols: ['postgresql'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: target.tls === 'verify-full',
    ...(target.caCertificate === null ? {} : { ca: target.caCertificate }),
    ...certificate,
  });
  await ready(secure, 'secureConnect');
  return secure;
}

function ready(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error('it does not answer'));
    }, connectMsMax);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.off('error', settle);
      if (error) reject(error);
      else resolve();
    };
    socket.once('error', settle);
    socket.once(event, () => settle());
  });
}

/** The answer to SSLRequest. More than one byte before TLS is up is refused (CVE-2021-23222). */
function oneByte(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it does not answer')), connectMsMax);
    const fail = () => reject(new Error('it closed the connection'));
    socket.once('close', fail);
    socket.once('data', (bytes: Buffer) => {
      clearTimeout(timer);
      socket.off('close', fail);
      socket.pause();
      if (bytes.length === 1) resolve(bytes.toString('latin1'));
      else reject(new Error('it sent data before TLS was up'));
    });
  });
}

function logIn(socket: Socket, options: UpstreamOptions, checks: boolean): Promise<Upstream> {
  const { target } = options;
  const parameters = new Map<string, string>();
  const notices: Buffer[] = [];
  const login = new UpstreamLogin(target, options.password);
  const reader = new FrameReader((type, length) => serverDelivery(type, length, true));
  let pid = 0;
  let key: Buffer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => stop(new Error('its login does not answer')), connectMsMax);
    const stop = (error: Error | null) => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.off('error', stop);
      socket.pause();
      if (error) reject(error);
      else resolve({ socket, pid, key, parameters, notices });
    };
    const onClose = () => stop(new Error('it closed the connection'));
    const handle = async (type: number, frame: Buffer): Promise<boolean> => {
      const { length } = frame;
      if (type === fromServer.error) {
        const said = readReport(frame, 0, length);
        throw checks && said.get('M')?.includes(checkIntervalSetting[0])
          ? new NoSuchCheck()
          : targetRefused(said, target);
      }
      if (type === fromServer.authentication) {
        const answer = await login.answer(frame);
        if (answer !== null) socket.write(answer);
      } else if (type === fromServer.parameterStatus)
        parameters.set(...readParameterStatus(frame, 0, length));
      else if (type === fromServer.notice) notices.push(frame);
      else if (type === fromServer.backendKeyData) {
        pid = frame.readInt32BE(5);
        key = frame.subarray(9);
      } else if (type === fromServer.readyForQuery) {
        if (!login.complete) throw new Error('it said ready before the login was over');
        return true;
      } else if (type !== fromServer.negotiateVersion)
        throw new Error('it does not speak the Postgres protocol');
      return false;
    };
    let chain = Promise.resolve();
    const onData = (chunk: Buffer) => {
      chain = chain.then(async () => {
        reader.push(chunk);
        while (reader.next() === 'frame') {
          const frame = Buffer.from(reader.buffer.subarray(reader.start, reader.end));
          if (await handle(reader.type, frame)) return stop(null);
        }
      });
      chain.catch(stop);
    };
    socket.on('data', onData);
    socket.once('close', onClose);
    socket.once('error', stop);
    socket.resume();
    socket.write(startup(protocol32, startupParameters(options, checks)));
  });
}

/** The target's system can't look after its clients: it is asked again without that. */
class NoSuchCheck extends Error {}

function startupParameters(options: UpstreamOptions, checks: boolean): Map<string, string> {
  const { target, settings, applicationName, role } = options;
  return new Map([
    ...settings,
    ...pinnedSettings,
    ...(checks ? [checkIntervalSetting] : []),
    // Given at startup it is what RESET ROLE and DISCARD ALL come back to.
    ...(role ? [['role', role] as const] : []),
    ['application_name', applicationName],
    ['user', target.username ?? ''],
    ['database', target.database ?? target.resource.name],
  ]);
}

/** The target's own words: they concern the gateway's login, so names of roles stay out of them. */
function targetRefused(fields: ReadonlyMap<string, string>, target: TargetRecord): Refused {
  const code = fields.get('C') ?? '';
  const text = code.startsWith('28')
    ? "the gateway's login was not accepted"
    : (fields.get('M') ?? 'unknown error');
  return new Refused(
    'unavailable',
    'target',
    `The target of ${target.resource.name} refused: ${text} (${code}).`,
  );
}
