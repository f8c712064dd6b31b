import { CircleCheck, CirclePause, CircleSlash } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<string, readonly [tone: Tone, icon: ReactNode]>> = {
  active: ['positive', <CircleCheck key="i" />],
  suspended: ['pending', <CirclePause key="i" />],
  ended: ['neutral', <CircleSlash key="i" />],
};

export function AgentStateBadge({ state }: { state: string }) {
  const [tone, icon] = looks[state] ?? ['neutral', null];
  return (
    <Badge tone={tone} icon={icon}>
      {state}
    </Badge>
  );
}
