import { BadgeCheck, Link2, MessageSquareQuote, Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PurposeTier } from '#lib/policies/model';
import { Badge, type Tone } from '../ui/badge.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { Tooltip } from '../ui/tooltip.tsx';

const tiers: Readonly<Record<PurposeTier, readonly [tone: Tone, icon: ReactNode, meaning: string]>> = {
  verified: ['positive', <BadgeCheck key="i" />, 'Stands in the signed token'],
  resolved: ['accent', <Link2 key="i" />, 'Looked up at its source'],
  correlated: ['neutral', <Waypoints key="i" />, 'Fits other records; not proven'],
  claimed: ['outline', <MessageSquareQuote key="i" />, 'The agent says so; nothing checks it'],
};

/** How far a purpose can be trusted. */
export function TierBadge({ tier }: { tier: PurposeTier }) {
  const [tone, icon, meaning] = tiers[tier];
  return (
    <Tooltip content={meaning}>
      <Badge tone={tone} icon={icon}>
        {tier}
      </Badge>
    </Tooltip>
  );
}

/** Why: in the agent's words, with the tier that says what they are worth. */
export function Purpose({
  purpose,
  clamp = false,
}: {
  purpose: { readonly text: string; readonly tier: PurposeTier } | null;
  clamp?: boolean;
}) {
  if (!purpose) return <span className="text-ink-faint">no purpose given</span>;
  return (
    <span
      className={clamp ? 'flex min-w-0 items-center gap-1.5' : 'inline-flex flex-wrap items-center gap-1.5'}
    >
      <TierBadge tier={purpose.tier} />
      <InertText text={purpose.text} className={clamp ? 'truncate' : 'break-words'} />
    </span>
  );
}
