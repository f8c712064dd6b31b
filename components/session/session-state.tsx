import { Ban, CircleDot, CircleSlash, Scissors, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<string, readonly [tone: Tone, icon: ReactNode]>> = {
  live: ['positive', <CircleDot key="i" className="animate-pulse" />],
  closed: ['neutral', <CircleSlash key="i" />],
  cut: ['negative', <Scissors key="i" />],
  interrupted: ['pending', <Unplug key="i" />],
  refused: ['negative', <Ban key="i" />],
};

export function SessionStateBadge({ state }: { state: string }) {
  const [tone, icon] = looks[state] ?? ['neutral', null];
  return (
    <Badge tone={tone} icon={icon}>
      {state}
    </Badge>
  );
}
