import { Lock, RefreshCw } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Link } from '../ui/link.tsx';

/** In place of content that this person may not see, or that could not be read. */
export function Refusal({ code, message, retryHref }: { code: string; message: string; retryHref?: string }) {
  const forbidden = code === 'forbidden';
  return (
    <div role="alert">
      <EmptyState
        icon={forbidden ? <Lock /> : <RefreshCw />}
        title={forbidden ? 'You may not see this' : 'This could not be shown'}
        action={
          <Button asChild>
            <Link href={retryHref ?? '/'}>{retryHref ? 'Try again' : 'To the overview'}</Link>
          </Button>
        }
      >
        {message}
      </EmptyState>
    </div>
  );
}
