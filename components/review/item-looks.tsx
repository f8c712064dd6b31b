import {
  Check,
  CircleDashed,
  CircleDot,
  CircleHelp,
  Replace,
  Scissors,
  ShieldAlert,
  Sparkles,
  Trash2,
  TriangleAlert,
  Unlock,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { CampaignState, ItemChange, ItemState, Recommendation, RemovalState } from '#lib/reviews/model';
import { Badge, type Tone } from '../ui/badge.tsx';

type Look = readonly [tone: Tone, icon: ReactNode, word: string];

const states: Readonly<Record<ItemState, Look>> = {
  open: ['pending', <CircleDashed key="i" />, 'open'],
  partly: ['pending', <CircleDot key="i" />, 'one of two'],
  approved: ['positive', <Check key="i" />, 'approved'],
  reduced: ['accent', <Replace key="i" />, 'reduced'],
  revoked: ['negative', <Scissors key="i" />, 'revoked'],
  escalated: ['pending', <CircleHelp key="i" />, 'escalated'],
  excepted: ['neutral', <ShieldAlert key="i" />, 'excepted'],
};

const recommendations: Readonly<Record<Recommendation, Look>> = {
  approve: ['positive', <Check key="i" />, 'approve'],
  reduce: ['accent', <Replace key="i" />, 'reduce'],
  revoke: ['negative', <Scissors key="i" />, 'revoke'],
  none: ['neutral', <CircleHelp key="i" />, 'too little to say'],
};

const changes: Readonly<Record<ItemChange, Look | null>> = {
  new: ['accent', <Sparkles key="i" />, 'new'],
  changed: ['pending', <Replace key="i" />, 'changed'],
  unchanged: null,
};

const campaigns: Readonly<Record<CampaignState, Look>> = {
  draft: ['neutral', <CircleDashed key="i" />, 'draft'],
  open: ['accent', <Unlock key="i" />, 'open'],
  signed: ['positive', <Check key="i" />, 'signed'],
  discarded: ['neutral', <Trash2 key="i" />, 'discarded'],
};

const removals: Readonly<Record<RemovalState, Look>> = {
  requested: ['pending', <CircleDashed key="i" />, 'requested'],
  accepted: ['pending', <CircleDot key="i" />, 'accepted'],
  absent_on_reread: ['positive', <Check key="i" />, 'gone, re-read'],
  ineffective: ['negative', <TriangleAlert key="i" />, 'still given'],
};

function Shown({ look }: { look: Look | null }) {
  if (!look) return null;
  return (
    <Badge tone={look[0]} icon={look[1]}>
      {look[2]}
    </Badge>
  );
}

export const ItemStateBadge = ({ state }: { state: ItemState }) => <Shown look={states[state]} />;
export const ChangeBadge = ({ change }: { change: ItemChange }) => <Shown look={changes[change]} />;
export const CampaignStateBadge = ({ state }: { state: CampaignState }) => <Shown look={campaigns[state]} />;
export const RemovalBadge = ({ state }: { state: RemovalState }) => <Shown look={removals[state]} />;
export const RecommendationBadge = ({ recommendation }: { recommendation: Recommendation }) => (
  <Shown look={recommendations[recommendation]} />
);
