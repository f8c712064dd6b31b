import type { PersonActor } from '#lib/auth/actor';
import type { Db } from '#lib/db/client';
import { personActor } from '#lib/people/index';
import { actionContext } from '../../_server/context.ts';
import { problem } from '../../_server/http.ts';
import { eventFor, type LiveEvent, listen, mayHaveMissed } from '../../_server/live.ts';

export const dynamic = 'force-dynamic';

const heartbeatMs = 15_000;

/** Server-sent events: what changed that this person may see. Ids only; pages read it by their verbs. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { actor, db } = await actionContext();
    // Events are not kept: whoever comes back after a gap reads everything anew.
    const since = Number(new URL(request.url).searchParams.get('since')) || 0;
    const missed = request.headers.has('last-event-id') || mayHaveMissed(since);
    return new Response(eventStream(db, actor, missed, request.signal), {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      },
    });
  } catch (error) {
    return problem(error);
  }
}

function eventStream(db: Db, first: PersonActor, missed: boolean, gone: AbortSignal) {
  const encoder = new TextEncoder();
  let actor = first;
  let close = () => {};
  let release = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text));
      const send = (event: LiveEvent) => write(`id: ${Date.now()}\ndata: ${JSON.stringify(event)}\n\n`);
      const stop = listen((notice) => {
        const event = eventFor(actor, notice);
        if (event) send(event);
      });
      const heartbeat = setInterval(async () => {
        // Roles change while a page is open, and people leave.
        const now = await personActor({ db }, actor.id).catch(() => actor);
        if (!now) return close();
        actor = now;
        write(': still here\n\n');
      }, heartbeatMs);
      release = () => {
        stop();
        clearInterval(heartbeat);
      };
      close = () => {
        close = () => {};
        release();
        controller.close();
      };
      gone.addEventListener('abort', () => close(), { once: true });
      write('retry: 1000\n\n');
      if (missed) send({ kind: 'resync' });
    },
    cancel() {
      close = () => {};
      release();
    },
  });
}
