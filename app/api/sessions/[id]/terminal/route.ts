import { invalid } from '#lib/core/errors';
import { openTerminal } from '#lib/sessions/index';
import { respond } from '../../../../_server/http.ts';
import { recordings } from '../../../../_server/recordings.ts';
import { textStream } from '../../../../_server/text-stream.ts';

export const dynamic = 'force-dynamic';

/** The terminal of a session from one sequence on (`from`), or of one command (`of`), as an asciicast. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const query = new URL(request.url).searchParams;
  return respond(async (context) => {
    const { id } = await params;
    const body = await openTerminal(
      context,
      { sessionId: id, from: sequence(query.get('from')), of: sequence(query.get('of')) },
      await recordings(),
    );
    return new Response(textStream(body), {
      headers: {
        'Content-Type': 'application/x-asciicast; charset=utf-8',
        'Cache-Control': 'private, no-store',
        'X-Content-Type-Options': 'nosniff',
      },
    });
  });
}

function sequence(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seq = Number(text);
  if (!Number.isSafeInteger(seq) || seq < 1) throw invalid('A sequence is a whole number from 1.');
  return seq;
}
