'use server';

import { isCountersignError } from '#lib/core/errors';
import {
  defaultOrigin,
  type LedgerVerdict,
  parseVerifier,
  verifierLine,
  verifyLedgerNow,
} from '#lib/ledger/index';
import { actionContext } from '../../_server/context.ts';
import { report } from '../../_server/report.ts';
import { earlierKeys, signingKey } from '../../_server/signing.ts';

/** Recomputes every entry, subtree and checkpoint. */
export async function verifyAll(): Promise<
  { readonly verdict: LedgerVerdict } | { readonly failed: string }
> {
  try {
    const key = await signingKey();
    const verifier = parseVerifier(verifierLine(defaultOrigin(key), key));
    const verifiers = [verifier, ...(await earlierKeys())];
    return { verdict: await verifyLedgerNow(await actionContext(), { verifiers }) };
  } catch (error) {
    return {
      failed: isCountersignError(error) ? error.message : `It could not be checked. Code ${report(error)}`,
    };
  }
}
