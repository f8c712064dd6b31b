import { entryProof } from '#lib/ledger/index';
import { download, respond } from '../../../../../_server/http.ts';

export const dynamic = 'force-dynamic';

/** One entry and its place in the tree: of a `session.sealed`, what `countersign verify --proof` takes. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return respond(async (context) => {
    const { id } = await params;
    const file = await entryProof(context, { id });
    return download(
      `${JSON.stringify(file, null, 2)}\n`,
      `proof-${file.proof.position}.json`,
      'application/json',
    );
  });
}
