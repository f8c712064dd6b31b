import { replaySteps } from '#lib/sessions/index';
import { decisions } from '#lib/sessions/model';
import { respond } from '../../../../_server/http.ts';
import { wholeParam } from '../../../../_server/whole-param.ts';

export const dynamic = 'force-dynamic';

/** Where statements are in a session: after `from` or the moment `ms`, or with `back` before. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const query = new URL(request.url).searchParams;
  return respond(async (context) => {
    const steps = await replaySteps(context, {
      sessionId: (await params).id,
      from: wholeParam(query, 'from'),
      atMs: wholeParam(query, 'ms'),
      back: query.has('back'),
      decision: decisions.find((one) => one === query.get('decision')),
      text: query.get('text') ?? undefined,
    });
    return Response.json({ steps }, { headers: { 'Cache-Control': 'private, no-store' } });
  });
}
