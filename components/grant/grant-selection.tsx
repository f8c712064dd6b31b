'use client';

import { Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { formatCount } from '../ui/number.tsx';
import { type AllMatching, Selection } from '../ui/selection.tsx';
import { type RevokeActions, RevokeDialog } from './revoke-dialog.tsx';

/** The list with its bar: revoke what is selected, or all that the filter finds. */
export function GrantSelection({
  actions,
  matching,
  children,
}: {
  actions: RevokeActions;
  /** Null: all that match are shown. */
  matching: (() => ReturnType<AllMatching['load']>) | null;
  children: ReactNode;
}) {
  return (
    <Selection
      name="grantId"
      all={matching ? { load: matching } : null}
      bar={(grantIds, clear) => (
        <RevokeDialog
          grantIds={grantIds}
          actions={actions}
          onFinished={clear}
          trigger={
            <Button variant="danger" size="sm">
              <Scissors aria-hidden="true" /> Revoke {formatCount(grantIds.length)}…
            </Button>
          }
        />
      )}
    >
      {children}
    </Selection>
  );
}
