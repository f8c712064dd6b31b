'use client';

import { CircleX, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { BulkResult } from '#lib/grants/model';
import { CutProgress } from '../cut/cut-progress.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { plural } from '../ui/number.tsx';

const refusedShownMax = 5;

/** How far the cut is, what was refused and why, and the way back. */
export function RevokeOutcome({ results, undo }: { results: readonly BulkResult[]; undo: FormAction }) {
  const revoked = results.filter((result) => result.ok);
  const refused = results.filter((result) => !result.ok);
  const cutIds = [...new Set(revoked.flatMap(({ cutId }) => cutId ?? []))];
  const [undone, setUndone] = useState<string | null>(null);
  return (
    <div className="space-y-2">
      {cutIds.length > 0 ? <CutProgress cutIds={cutIds} /> : null}
      {refused.slice(0, refusedShownMax).map((result) => (
        <p key={result.grantId} className="flex gap-2 text-negative">
          <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0" /> {result.message}
        </p>
      ))}
      {refused.length > refusedShownMax ? (
        <p className="text-negative">And {plural(refused.length - refusedShownMax, 'grant')} more.</p>
      ) : null}
      {undone ? <p>{undone} Sessions that were cut stay cut.</p> : null}
      {revoked.length > 0 && undone === null ? (
        <ActionForm
          action={undo}
          quiet
          onDone={(state) => setUndone(state.message)}
          label="Take it back"
          className="flex items-center gap-2"
        >
          <input type="hidden" name="grantIds" value={revoked.map(({ grantId }) => grantId).join(' ')} />
          <SubmitButton size="sm" pendingText="One moment…">
            <Undo2 aria-hidden="true" /> Grant again
          </SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}
