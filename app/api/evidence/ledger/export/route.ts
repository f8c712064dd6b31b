import { Readable } from 'node:stream';
import { exportLedger } from '#lib/ledger/index';
import { download, respond } from '../../../../_server/http.ts';

export const dynamic = 'force-dynamic';

/** Everything up to the newest checkpoint, as JSON lines: `countersign verify` checks it offline. */
export async function GET(): Promise<Response> {
  return respond(async (context) => {
    const lines = await exportLedger(context);
    const body = Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream<Uint8Array>;
    return download(body, 'countersign-ledger.jsonl', 'application/jsonl');
  });
}
