import { database } from '../../_server/database.ts';
import { report } from '../../_server/report.ts';

export const dynamic = 'force-dynamic';

/** 200 when this process answers and reaches the control database. */
export async function GET(): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    await database().$queryRaw`SELECT 1`;
    return Response.json({ status: 'ok' }, { headers });
  } catch (error) {
    return Response.json({ status: 'unavailable', report: report(error) }, { status: 503, headers });
  }
}
