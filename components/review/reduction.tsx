'use client';

import { useEffect, useRef, useState } from 'react';
import type { Generalisation, ReductionProposal } from '#lib/reviews/reduction/model';
import { Callout } from '../ui/callout.tsx';
import type { Answer } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { Propose } from './decide-form.tsx';

/** The smallest grant that covers what was seen, and the replay that proves it, before anyone accepts it. */
export function Reduction({
  itemId,
  propose,
  onReady,
}: {
  itemId: string;
  propose: Propose;
  onReady: (ready: boolean) => void;
}) {
  const [generalisation, setGeneralisation] = useState<Generalisation>('table');
  const [proposal, setProposal] = useState<Answer<ReductionProposal> | null>(null);
  const ready = useRef(onReady);
  useEffect(() => {
    ready.current = onReady;
  });
  useEffect(() => {
    let current = true;
    setProposal(null);
    ready.current(false);
    void propose(itemId, generalisation).then((found) => {
      if (!current) return;
      setProposal(found);
      const smaller = found.value;
      ready.current(smaller !== null && smaller.terms !== null && !smaller.same);
    });
    return () => {
      current = false;
    };
  }, [itemId, generalisation, propose]);
  return (
    <div className="space-y-3">
      <fieldset className="flex flex-wrap gap-x-5 text-sm">
        <legend className="sr-only">How far beyond what was used</legend>
        {reaches.map(([value, label]) => (
          <label key={value} className="flex min-h-6 items-center gap-2">
            <input
              type="radio"
              name="generalisation"
              value={value}
              checked={generalisation === value}
              onChange={() => setGeneralisation(value)}
              className="size-3.5 accent-accent"
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Proposed proposal={proposal} />
    </div>
  );
}

const reaches: readonly (readonly [value: Generalisation, label: string])[] = [
  ['table', 'Only tables that were used'],
  ['schema', 'Whole schemas of them'],
];

function Proposed({ proposal }: { proposal: Answer<ReductionProposal> | null }) {
  if (!proposal) {
    return (
      <div role="status" aria-label="Replaying" className="space-y-2">
        <Skeleton className="w-3/4" />
        <Skeleton className="w-1/2" />
      </div>
    );
  }
  if (proposal.failed !== null) return <Callout look="negative">{proposal.failed}</Callout>;
  return <Proposal proposal={proposal.value} />;
}

function Proposal({ proposal }: { proposal: ReductionProposal }) {
  return (
    <div className="space-y-2 rounded-md border bg-sunken p-3 text-sm" data-evidence="replay">
      <p className="font-medium">
        <InertText text={proposal.sentence} />
      </p>
      {proposal.terms ? (
        <>
          <p className="font-mono text-xs">
            {proposal.terms.actions.join(', ')} on <InertText text={proposal.terms.scope.join(', ')} />
          </p>
          <input type="hidden" name="reducedTo" value={JSON.stringify(proposal.terms)} />
        </>
      ) : null}
      {proposal.same ? (
        <p className="text-ink-soft">It is as small as it can be: nothing to reduce.</p>
      ) : null}
      {proposal.replay ? (
        <Callout
          look={proposal.replay.refused === 0 ? 'positive' : 'pending'}
          title={proposal.replay.sentence}
        >
          {proposal.replay.unknown > 0
            ? `${formatCount(proposal.replay.unknown)} could not be replayed: their facts are not kept.`
            : null}
        </Callout>
      ) : null}
      {proposal.replay?.refusals.map((refusal) => (
        <p key={`${refusal.link.sessionId} ${refusal.link.seq}`} className="text-xs text-ink-soft">
          <TextLink href={`/sessions/${refusal.link.sessionId}?at=${refusal.link.seq}`} target="_blank">
            {formatCount(refusal.count)}×
          </TextLink>{' '}
          <code className="font-mono">
            <InertText text={refusal.text} />
          </code>{' '}
          {refusal.message}
        </p>
      ))}
    </div>
  );
}
