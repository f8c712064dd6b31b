import type { ItemView } from '#lib/reviews/model';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { Badge } from '../ui/badge.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';
import { ChangeBadge, ItemStateBadge, RecommendationBadge, RemovalBadge } from './item-looks.tsx';

/** One grant in plain language, what the evidence recommends and why, and what changed meanwhile. */
export function ItemFacts({ item }: { item: ItemView }) {
  return (
    <>
      <div className="space-y-2">
        <p className="text-lg leading-6 font-semibold text-balance break-words">
          <InertText text={item.sentence} />
        </p>
        <div className="flex flex-wrap gap-1.5">
          <ItemStateBadge state={item.state} />
          <ChangeBadge change={item.change} />
          {item.privileged ? <Badge tone="outline">privileged: two reviewers</Badge> : null}
          <EnvironmentBadge environment={item.resource.environment} />
        </div>
      </div>
      <div className="rounded-md border bg-sunken px-3 py-2 text-sm">
        <p className="flex items-center gap-2">
          The evidence says <RecommendationBadge recommendation={item.recommendation} />
        </p>
        <ul className="mt-1 list-disc pl-4 text-ink-soft">
          {item.recommendationReasons.map((reason) => (
            <li key={reason}>
              <InertText text={reason} />
            </li>
          ))}
        </ul>
      </div>
      {item.drift.length > 0 ? (
        <Callout look="pending" title="Changed since launch (not part of what you certify)">
          <ul>
            {item.drift.map((drift) => (
              <li key={`${drift.kind} ${drift.at.toISOString()}`}>
                <InertText text={drift.summary} />
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      <GrantFacts item={item} />
      {item.removals.length > 0 ? <Removals item={item} /> : null}
      {item.decisions.length > 0 ? <Decisions item={item} /> : null}
    </>
  );
}

function Removals({ item }: { item: ItemView }) {
  return (
    <Section title="Removal">
      {item.removals.map((removal) => (
        <div key={removal.id} className="space-y-1 text-sm">
          <RemovalBadge state={removal.state} />
          <ol className="list-decimal pl-5 text-ink-soft">
            {removal.proofs.map((proof) => (
              <li key={`${proof.state} ${proof.at}`}>
                <InertText text={proof.sentence} /> <RelativeTime at={proof.at} className="text-ink-faint" />
              </li>
            ))}
          </ol>
        </div>
      ))}
    </Section>
  );
}

function Decisions({ item }: { item: ItemView }) {
  return (
    <Section title="Decisions">
      <ul className="space-y-1.5">
        {item.decisions.map((decision) => (
          <li key={decision.id} className={decision.superseded ? 'text-sm text-ink-faint' : 'text-sm'}>
            <strong className="font-medium">{decision.by.name}</strong> {decision.choice.replace('_', ' ')}{' '}
            <RelativeTime at={decision.at} />
            {decision.superseded ? ' (superseded)' : ''}
            {decision.reason ? (
              <span className="block text-ink-soft">
                “<InertText text={decision.reason} />”
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function GrantFacts({ item }: { item: ItemView }) {
  const { grant } = item;
  return (
    <Facts>
      <Fact term="Reason given">
        <InertText text={grant.reason} />
      </Fact>
      <Fact term="Given by">
        {grant.createdBy?.name ?? `the ${grant.createdByKind}`}, <RelativeTime at={grant.createdAt} />
      </Fact>
      <Fact term="Agent’s owner">
        {grant.agent.owner?.name ?? <span className="text-pending">nobody</span>}
      </Fact>
      <Fact term="Until">{item.endsAt ? <RelativeTime at={item.endsAt} /> : 'no end'}</Fact>
      <Fact term="Reviewers">
        <ul>
          {item.reviewers.map((reviewer) => (
            <li key={reviewer.person.id}>
              {reviewer.person.name} <span className="text-ink-faint">({reviewer.duty})</span>
              {reviewer.choice ? `: ${reviewer.choice.replace('_', ' ')}` : ''}
            </li>
          ))}
        </ul>
      </Fact>
      <Fact term="Grant now">
        <TextLink href={`/grants?view=all&open=${item.grantId}`} data-evidence="grant">
          open
        </TextLink>
      </Fact>
      <Fact term="Evidence">
        <CopyText text={item.evidenceHash} shorten={10} label="evidence hash" />
      </Fact>
    </Facts>
  );
}
