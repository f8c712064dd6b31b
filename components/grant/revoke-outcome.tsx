'use client';

import { CircleX, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { BulkResult } from '#lib/grants/model';
import { CutProgress } from '../cut/cut-progress.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import type { FormAction } from '../ui/form-state.ts';

const progressShownMax = 5;
const refusedShownMax = 5;

/** How far each cut is, what was refused and why, and the way back. */
export function RevokeOutcome({ results, undo }: { results: readonly BulkResult[]; undo: FormAction }) {
  const revoked = results.filter((result) => result.ok);
  const refused = results.filter((result) => !result.ok);
  const [undone, setUndone] = useState(false);
  return (
    <div className="space-y-2">
      {revoked
        .slice(0, progressShownMax)
        .map((result) => (result.cutId ? <CutProgress key={result.grantId} cutId={result.cutId} /> : null))}
      {refused.slice(0, refusedShownMax).map((result) => (
        <p key={result.grantId} className="flex gap-2 text-negative">
          <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0" /> {result.message}
        </p>
      ))}
      {undone ? <p>Granted again. Sessions that were cut stay cut.</p> : null}
      {revoked.length > 0 && !undone ? (
        <ActionForm action={undo} quiet onDone={() => setUndone(true)} label="Take it back">
          {revoked.map((result) => (
            <input key={result.grantId} type="hidden" name="grantId" value={result.grantId} />
          ))}
          <SubmitButton size="sm" pendingText="One moment…">
            <Undo2 aria-hidden="true" /> Grant again
          </SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}
