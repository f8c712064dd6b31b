import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { exportPack } from '#lib/reviews/index';
import { download, respond } from '../../../../_server/http.ts';
import { packKeeping } from '../../../../_server/signing.ts';

export const dynamic = 'force-dynamic';

/** The signed pack of a campaign: one ledger entry a download. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return respond(async (context) => {
    const pack = await exportPack(context, id, await packKeeping());
    const body = Readable.toWeb(createReadStream(pack.path)) as ReadableStream<Uint8Array>;
    return download(body, pack.fileName, 'application/zip');
  });
}
