import { requirePermission } from '#lib/auth/require-permission';
import { defaultOrigin, verifierLine } from '#lib/ledger/index';
import { download, respond } from '../../../../_server/http.ts';
import { signingKey } from '../../../../_server/signing.ts';

export const dynamic = 'force-dynamic';

/** The ledger's public key as one line that people can pin. */
export async function GET(): Promise<Response> {
  return respond(async ({ actor }) => {
    requirePermission(actor, 'ledger.read');
    const key = await signingKey();
    return download(
      `${verifierLine(defaultOrigin(key), key)}\n`,
      'countersign.pub',
      'text/plain; charset=utf-8',
    );
  });
}
