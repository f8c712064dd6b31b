'use client';

import { CircleCheck, CircleX, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { EntryDetail } from '#lib/ledger/model';
import { Button } from '../ui/button.tsx';
import { checkProof, type ProofStep } from './browser-proof.ts';

/** Recomputes an entry's inclusion proof here, in the browser. */
export function ProofCheck({
  entry,
  payload,
  verifier,
}: {
  entry: Pick<EntryDetail, 'envelope' | 'salt' | 'proof' | 'payloadForgotten'>;
  /** Canonical JSON of the payload, as it was hashed. */
  payload: string;
  verifier: string;
}) {
  const [steps, setSteps] = useState<readonly ProofStep[] | null>(null);
  const check = async () => setSteps(await checkProof(entry, payload, verifier));
  return (
    <div className="space-y-2">
      <Button size="sm" onClick={check}>
        <ShieldCheck aria-hidden="true" /> Check in this browser
      </Button>
      {steps ? (
        <ol role="status" className="space-y-1 text-sm">
          {steps.map((step) => {
            const Icon = step.holds ? CircleCheck : CircleX;
            return (
              <li key={step.text} className="flex items-start gap-2">
                <Icon
                  aria-hidden="true"
                  className={`mt-0.5 size-4 shrink-0 ${step.holds ? 'text-positive' : 'text-negative'}`}
                />
                <span>
                  {step.text}: {step.holds ? 'yes' : 'no'}
                </span>
              </li>
            );
          })}
        </ol>
      ) : null}
    </div>
  );
}
