import { searchRecording } from '#lib/sessions/index';
import { respond } from '../../../../_server/http.ts';
import { recordings } from '../../../../_server/recordings.ts';
import { wholeParam } from '../../../../_server/whole-param.ts';

export const dynamic = 'force-dynamic';

/** Looks for `text` in a session's recording from `from` on. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const query = new URL(request.url).searchParams;
  return respond(async (context) => {
    const found = await searchRecording(
      context,
      { sessionId: (await params).id, text: query.get('text') ?? '', from: wholeParam(query, 'from') },
      await recordings(),
    );
    return Response.json(found, { headers: { 'Cache-Control': 'private, no-store' } });
  });
}
