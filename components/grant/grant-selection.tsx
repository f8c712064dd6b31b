'use client';

import { Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Selection } from '../ui/selection.tsx';
import { type RevokeActions, RevokeDialog } from './revoke-dialog.tsx';

/** The list with its bar: revoke what is selected, at most 100 at a time. */
export function GrantSelection({ actions, children }: { actions: RevokeActions; children: ReactNode }) {
  return (
    <Selection
      name="grantId"
      bar={(grantIds, clear) => (
        <RevokeDialog
          grantIds={grantIds}
          actions={actions}
          onFinished={clear}
          trigger={
            <Button variant="danger" size="sm">
              <Scissors aria-hidden="true" /> Revoke {grantIds.length}…
            </Button>
          }
        />
      )}
    >
      {children}
    </Selection>
  );
}
