import { Ban, Check, Clock, Hand } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AccessRequestState } from '#lib/access-requests/model';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<AccessRequestState, readonly [tone: Tone, icon: ReactNode]>> = {
  pending: ['pending', <Hand key="i" />],
  approved: ['positive', <Check key="i" />],
  denied: ['negative', <Ban key="i" />],
  expired: ['neutral', <Clock key="i" />],
};

export function AccessStateBadge({ state }: { state: AccessRequestState }) {
  const [tone, icon] = looks[state];
  return (
    <Badge tone={tone} icon={icon}>
      {state}
    </Badge>
  );
}
