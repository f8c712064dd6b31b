'use client';

import { RefreshCw } from 'lucide-react';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div role="alert" className="py-10">
      <EmptyState
        icon={<RefreshCw />}
        title="This page could not be made"
        action={
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
        }
      >
        Nothing was changed. If it stays so, tell an admin
        {error.digest ? (
          <>
            {' '}
            this code: <code className="font-mono">{error.digest}</code>
          </>
        ) : null}
        .
      </EmptyState>
    </div>
  );
}
