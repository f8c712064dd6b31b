import { UserX } from 'lucide-react';
import { Badge } from '../ui/badge.tsx';

/** A person; one who has left is marked, and nobody is said plainly. */
export function PersonName({ person }: { person: { readonly name: string; readonly left: boolean } | null }) {
  if (!person) return <span className="text-pending">nobody</span>;
  if (!person.left) return <>{person.name}</>;
  return (
    <span className="inline-flex items-center gap-1.5">
      {person.name}
      <Badge tone="pending" icon={<UserX />}>
        has left
      </Badge>
    </span>
  );
}
