import { Archive, CalendarX, Lock, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { KeepingState } from '#lib/retention/model';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<KeepingState, readonly [tone: Tone, icon: ReactNode, text: string]>> = {
  held: ['pending', <Lock key="i" />, 'legal hold'],
  due: ['negative', <CalendarX key="i" />, 'due'],
  kept: ['neutral', <Archive key="i" />, 'kept'],
  deleted: ['outline', <Trash2 key="i" />, 'deleted'],
};

export const keepingOptions = (['held', 'due', 'kept', 'deleted'] as const).map((value) => ({
  value,
  label: looks[value][2],
}));

export function KeepingBadge({ state }: { state: KeepingState }) {
  const [tone, icon, text] = looks[state];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}
