import { exportStatements } from '#lib/sessions/index';
import { download, respond } from '../../../_server/http.ts';
import { textStream } from '../../../_server/text-stream.ts';
import { statementFilterOf } from '../../../(workspace)/sessions/_components/statement-filters.ts';

export const dynamic = 'force-dynamic';

/** Statements of one session or of a search, as CSV, or with `format=ocsf` one OCSF event a line. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const { mediaType, extension, body } = await exportStatements(context, {
      format: params.format === 'ocsf' ? 'ocsf' : 'csv',
      filter: { ...statementFilterOf(params), sessionId: params.session || undefined },
    });
    return download(textStream(body), `statements.${extension}`, mediaType);
  });
}
