import { Ban, CheckCheck, CircleSlash, Hand, TimerOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<string, readonly [tone: Tone, icon: ReactNode, word: string]>> = {
  pending: ['pending', <Hand key="i" />, 'pending'],
  approved: ['positive', <CheckCheck key="i" />, 'approved'],
  used: ['positive', <CheckCheck key="i" />, 'approved and run'],
  denied: ['negative', <Ban key="i" />, 'denied'],
  expired: ['neutral', <TimerOff key="i" />, 'expired'],
  cancelled: ['neutral', <CircleSlash key="i" />, 'cancelled'],
};

export function ApprovalStateBadge({ state }: { state: string }) {
  const [tone, icon, word] = looks[state] ?? ['neutral', null, state];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}
