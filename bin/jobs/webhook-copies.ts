import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePrivate } from '#bin/private-file';
import { openCheckpoint } from '#lib/ledger/index';
import { postSigned, requireProtected, type SignedReceiver } from '#lib/outbox/index';
import { type CheckpointCopies, copyNameOf } from './checkpoint-copies.ts';

const secretCharsMin = 24;

export interface CheckpointReceiver {
  readonly url: string;
  readonly secretFile: string;
  readonly privateNetwork: boolean;
  /** Where what the receiver took last is remembered: outside of the control database. */
  readonly memory: string;
}

/**
 * Posts each newest checkpoint to a receiver, signed, once it took it not again. A receiver can't be
 * asked what it holds, so what it took last is kept beside the jobs, and compared as a copy is.
 */
export function webhookCopies(receiver: CheckpointReceiver): CheckpointCopies {
  const { url, privateNetwork } = receiver;
  requireProtected({ channel: 'webhook', url, secret: '' }, privateNetwork);
  const address = new URL(url);
  const name = `${address.origin}${address.pathname}`;
  const taken = join(receiver.memory, `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.txt`);
  const remembered = () => readFile(taken, 'utf8').catch(unlessMissing);
  return {
    name,
    async list() {
      const note = await remembered();
      return note === null ? [] : [copyNameOf(openCheckpoint(note).size)];
    },
    async read() {
      return (await remembered()) ?? '';
    },
    async write(_name, note) {
      const secret = (await readFile(receiver.secretFile, 'utf8')).trim();
      if (secret.length < secretCharsMin) {
        throw new Error(
          `${receiver.secretFile} must hold a secret of at least ${secretCharsMin} characters.`,
        );
      }
      await sendCheckpoint({ url, secret, privateNetwork }, note);
      await mkdir(dirname(taken), { recursive: true, mode: 0o700 });
      await writePrivate(taken, note);
    },
  };
}

async function sendCheckpoint(to: SignedReceiver, note: string): Promise<void> {
  const { origin, size, root, at } = openCheckpoint(note);
  const sentAt = new Date();
  const event = {
    specversion: '1.0',
    id: `checkpoint-${size}-${root.toString('hex').slice(0, 16)}`,
    source: '/countersign',
    type: 'countersign.checkpoint.published',
    subject: origin,
    time: (at ?? sentAt).toISOString(),
    datacontenttype: 'application/json',
    data: { origin, size, root: root.toString('hex'), note },
  } as const;
  await postSigned(to, event, sentAt);
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
