import {
  Ban,
  Check,
  CircleDashed,
  CircleHelp,
  CircleX,
  EyeOff,
  Hand,
  Hourglass,
  OctagonMinus,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';
import { formatCount } from '../ui/number.tsx';

type Look = readonly [tone: Tone, icon: ReactNode, word: string];

const decisions: Readonly<Record<string, Look>> = {
  allow: ['positive', <Check key="i" />, 'allowed'],
  hold: ['pending', <Hand key="i" />, 'held'],
  deny: ['negative', <Ban key="i" />, 'denied'],
};

const outcomes: Readonly<Record<string, Look>> = {
  completed: ['neutral', <Check key="i" />, 'completed'],
  failed: ['negative', <CircleX key="i" />, 'failed'],
  refused: ['negative', <Ban key="i" />, 'refused'],
  pending: ['pending', <Hourglass key="i" />, 'pending'],
  cancelled: ['neutral', <OctagonMinus key="i" />, 'cancelled'],
  unknown: ['pending', <CircleHelp key="i" />, 'outcome unknown'],
};

const unknownLook: Look = ['neutral', <CircleDashed key="i" />, 'unknown'];

function Shown({ look }: { look: Look }) {
  return (
    <Badge tone={look[0]} icon={look[1]}>
      {look[2]}
    </Badge>
  );
}

/** What policy said: allowed, held, denied. */
export function DecisionBadge({ decision }: { decision: string }) {
  return <Shown look={decisions[decision] ?? unknownLook} />;
}

/** What came of a statement. */
export function OutcomeBadge({ outcome }: { outcome: string }) {
  return <Shown look={outcomes[outcome] ?? unknownLook} />;
}

/** How many fields were hidden on the way back; nothing when none were. */
export function MaskedBadge({ fields }: { fields: number }) {
  if (fields === 0) return null;
  return (
    <Badge tone="veiled" icon={<EyeOff />}>
      {formatCount(fields)} masked
    </Badge>
  );
}
