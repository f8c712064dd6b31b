import { notFound } from '#lib/core/errors';
import { ledgerState } from '#lib/ledger/index';
import { download, respond } from '../../../../_server/http.ts';

export const dynamic = 'force-dynamic';

/** The newest signed checkpoint (a C2SP note): keep it elsewhere. */
export async function GET(): Promise<Response> {
  return respond(async (context) => {
    const { lastCheckpoint } = await ledgerState(context);
    if (!lastCheckpoint) throw notFound('No checkpoint was signed yet.');
    return download(
      lastCheckpoint.note,
      `checkpoint-${lastCheckpoint.size}.txt`,
      'text/plain; charset=utf-8',
    );
  });
}
