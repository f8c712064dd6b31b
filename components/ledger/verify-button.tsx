'use client';

import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { LedgerVerdict } from '#lib/ledger/model';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { formatCount, plural } from '../ui/number.tsx';

export type VerifyAll = () => Promise<{ readonly verdict: LedgerVerdict } | { readonly failed: string }>;

/** Recomputes the whole ledger on the server, and says what came out. */
export function VerifyButton({ verify }: { verify: VerifyAll }) {
  const [running, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<Awaited<ReturnType<VerifyAll>> | null>(null);
  const run = async () => {
    setRunning(true);
    setOutcome(null);
    setOutcome(await verify());
    setRunning(false);
  };
  return (
    <div className="space-y-3">
      <Button variant="primary" onClick={run} disabled={running}>
        <ShieldCheck aria-hidden="true" /> {running ? 'Recomputing…' : 'Verify the whole ledger'}
      </Button>
      {outcome ? <Outcome outcome={outcome} /> : null}
    </div>
  );
}

function Outcome({ outcome }: { outcome: Awaited<ReturnType<VerifyAll>> }) {
  if ('failed' in outcome) {
    return (
      <Callout look="negative" role="alert">
        {outcome.failed}
      </Callout>
    );
  }
  const { verdict } = outcome;
  if (!verdict.intact) {
    return (
      <Callout look="negative" role="alert" title="Not intact">
        {verdict.fault.place}: {verdict.fault.message}
      </Callout>
    );
  }
  return (
    <Callout
      look="positive"
      role="status"
      title={`Intact: ${plural(verdict.size, 'entry', 'entries')} recomputed`}
    >
      <p>
        {plural(verdict.checkpoints, 'checkpoint')} agree; {formatCount(verdict.unsequenced)} wait for their
        place; {formatCount(verdict.payloadsForgotten)} payloads deleted under retention.
      </p>
      <CopyText text={verdict.root} shorten={12} label="root" />
    </Callout>
  );
}
