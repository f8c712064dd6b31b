import { Badge } from '../ui/badge.tsx';

/** Production stands out; the others don't. */
export function EnvironmentBadge({ environment }: { environment: string }) {
  return <Badge tone={environment === 'production' ? 'accent' : 'outline'}>{environment}</Badge>;
}
