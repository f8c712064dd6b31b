import { cutStatus } from '#lib/sessions/index';
import { respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

/** How far a cut is. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return respond(async (context) => {
    const status = await cutStatus(context, id);
    return Response.json(status, { headers: { 'Cache-Control': 'no-store' } });
  });
}
