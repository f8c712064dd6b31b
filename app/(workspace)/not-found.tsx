import { SearchX } from 'lucide-react';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { Link } from '#components/ui/link';

export default function NotFound() {
  return (
    <div className="py-10">
      <EmptyState
        icon={<SearchX />}
        title="There is nothing here"
        action={
          <Button asChild>
            <Link href="/">To the overview</Link>
          </Button>
        }
      >
        It does not exist, or you may not see it.
      </EmptyState>
    </div>
  );
}
