import { openTerminal } from '#lib/sessions/index';
import { respond } from '../../../../_server/http.ts';
import { recordings } from '../../../../_server/recordings.ts';
import { textStream } from '../../../../_server/text-stream.ts';
import { wholeParam } from '../../../../_server/whole-param.ts';

export const dynamic = 'force-dynamic';

/** The terminal of a session from one sequence on (`from`), or of one command (`of`), as an asciicast. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const query = new URL(request.url).searchParams;
  return respond(async (context) => {
    const { id } = await params;
    const body = await openTerminal(
      context,
      { sessionId: id, from: wholeParam(query, 'from'), of: wholeParam(query, 'of') },
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
