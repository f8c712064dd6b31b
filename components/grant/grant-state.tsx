import { CircleCheck, CircleSlash, Replace, Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<string, readonly [tone: Tone, icon: ReactNode]>> = {
  active: ['positive', <CircleCheck key="i" />],
  revoked: ['negative', <Scissors key="i" />],
  ended: ['neutral', <CircleSlash key="i" />],
  replaced: ['neutral', <Replace key="i" />],
};

export function GrantStateBadge({ state }: { state: string }) {
  const [tone, icon] = looks[state] ?? ['neutral', null];
  return (
    <Badge tone={tone} icon={icon}>
      {state}
    </Badge>
  );
}
