import {
  bind,
  describe,
  execute,
  int16,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { type RawClient, type RawFrame, reportOf, transcript } from '#tests/support/raw-postgres';
import type { Extended, Step } from './attack.ts';

const letter = (name: string) => name.charCodeAt(0);

/** What came back of one step. */
export interface Answer {
  readonly frames: readonly RawFrame[];
  readonly errors: readonly ReadonlyMap<string, string>[];
}

/** Sends one step and takes its whole answer. The connection may have closed by then. */
export async function take(client: RawClient, step: Step): Promise<Answer> {
  const frames: RawFrame[] = [];
  if (typeof step === 'string') {
    client.send(query(step));
    frames.push(...(await answered(client, 1, null)));
  } else if ('copy' in step) {
    client.send(query(step.copy));
    frames.push(...(await answered(client, 1, step.data)));
  } else if ('send' in step) {
    client.send(...step.send);
    frames.push(...(await answered(client, step.ready ?? 1, null)));
  } else {
    client.send(...extended(step));
    frames.push(...(await answered(client, 1, null)));
  }
  return { frames, errors: frames.filter(({ type }) => type === 'E').map(reportOf) };
}

function extended(step: Extended): Buffer[] {
  const { extended: text, values = [], name = '', binary = false } = step;
  const bound = bind('', name, values);
  const bytes = binary
    ? message(
        letter('B'),
        '',
        name,
        bound.subarray(5 + 1 + Buffer.byteLength(name) + 1, -2),
        int16(1),
        int16(1),
      )
    : bound;
  return [parse(name, text), bytes, describe('P', ''), execute(''), sync];
}

/** Answers up to so many ReadyForQuery; a COPY … FROM gets its data, or fails. */
async function answered(client: RawClient, ready: number, data: string | null): Promise<RawFrame[]> {
  const frames: RawFrame[] = [];
  let left = ready;
  while (left > 0) {
    const [next] = await nextFrame(client);
    if (next === undefined) return frames;
    frames.push(next);
    if (next.type === 'Z') left -= 1;
    if (next.type === 'G') {
      if (data === null) client.send(message(letter('f'), 'no data'));
      else client.send(message(letter('d'), Buffer.from(data)), message(letter('c')));
    }
  }
  return frames;
}

async function nextFrame(client: RawClient): Promise<RawFrame[]> {
  const [first] = client.frames;
  if (first !== undefined) return client.frames.splice(0, 1);
  if (client.closed) return [];
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 10_000);
    const look = () => {
      if (client.frames.length === 0 && !client.closed) return;
      clearTimeout(timer);
      client.socket.off('data', look).off('close', look);
      resolve();
    };
    client.socket.on('data', look).on('close', look);
    look();
  });
  if (client.frames.length === 0 && !client.closed) throw new Error('no answer in 10 s');
  return client.frames.splice(0, 1);
}

/** What somebody could tell two worlds apart by. Tickets, times and transaction numbers are no secrets. */
export function observed(answers: readonly Answer[]): string {
  return answers
    .flatMap(({ frames }) => transcript(frames))
    .join('\n')
    .replaceAll(/,\d{5,},/g, ',…,')
    .replaceAll(/AR-\d+/g, 'AR-…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '…')
    .replaceAll(/\d\d:\d\d(:\d\d)?( UTC)?/g, '…');
}

/** Every byte that came, as text: where a secret is looked for. */
export function bytesOf(answers: readonly Answer[]): string {
  return answers.flatMap(({ frames }) => frames.map(({ bytes }) => bytes.toString('latin1'))).join('\n');
}

export const executeSome = (portal: string, rows: number): Buffer =>
  message(letter('E'), portal, int32(rows));
