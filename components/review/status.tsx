import { Flag } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CampaignView, DriftView, RemovalView } from '#lib/reviews/model';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount, formatSeconds, plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Card, Section } from '../ui/section.tsx';
import { RemovalList } from './removals.tsx';
import { TieOutView } from './tie-out.tsx';

/** A campaign's numbers: whether they tie, who did what, what was taken away, what changed since. */
export function Status({
  campaign,
  removals,
  drift,
  spotChecks,
  confirmRemoval,
}: {
  campaign: CampaignView;
  removals: readonly RemovalView[];
  drift: readonly DriftView[];
  spotChecks: ReactNode;
  /** Null: this person may not confirm what another system took. */
  confirmRemoval: FormAction | null;
}) {
  return (
    <div className="max-w-4xl space-y-6">
      <Section title="Do the numbers tie?">
        <TieOutView campaignId={campaign.id} tieOut={campaign.tieOut} />
      </Section>
      <Section title="Reviewers">
        <Reviewers campaign={campaign} />
      </Section>
      {spotChecks}
      <Section title="Removals">
        <RemovalList campaignId={campaign.id} removals={removals} confirm={confirmRemoval} />
      </Section>
      {campaign.exceptions.length > 0 ? <Exceptions campaign={campaign} /> : null}
      {drift.length > 0 ? (
        <Section title="Changed since launch">
          <ul className="space-y-1 text-sm text-ink-soft">
            {drift.map((one) => (
              <li key={`${one.kind} ${one.itemId} ${one.at.toISOString()}`}>
                <InertText text={one.summary} /> <RelativeTime at={one.at} className="text-ink-faint" />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Snapshot campaign={campaign} />
    </div>
  );
}

function Reviewers({ campaign }: { campaign: CampaignView }) {
  const quality = new Map(campaign.quality.map((one) => [one.person.id, one]));
  return (
    <Card>
      <ul className="space-y-2 text-sm">
        {campaign.reviewers.map((load) => {
          const seen = quality.get(load.person.id);
          return (
            <li key={`${load.person.id} ${load.duty}`} className="flex flex-wrap justify-between gap-x-4">
              <span>
                {load.person.name} <span className="text-ink-faint">({load.duty})</span>
              </span>
              <span className="tabular text-ink-soft">
                {formatCount(load.decided)} of {plural(load.items, 'item')}
                {seen?.medianDwellMs == null
                  ? ''
                  : `, looked ${formatSeconds(seen.medianDwellMs / 1000)} in the middle`}
              </span>
              {seen?.flags.map((flag) => (
                <span key={flag} className="flex w-full items-center gap-1.5 text-xs text-pending">
                  <Flag aria-hidden="true" className="size-3" /> {flag}
                </span>
              ))}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Exceptions({ campaign }: { campaign: CampaignView }) {
  return (
    <Section title="Exceptions">
      <ul className="space-y-1.5 text-sm">
        {campaign.exceptions.map((one) => (
          <li key={one.id}>
            <InertText text={one.sentence ?? 'the whole campaign'} />: “<InertText text={one.reason} />”
            <span className="text-ink-faint">
              {' '}
              by {one.approvedBy.name}, ends <RelativeTime at={one.endsAt} className="" />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Snapshot({ campaign }: { campaign: CampaignView }) {
  if (!campaign.snapshot || !campaign.snapshotHash) return null;
  return (
    <Section title="Snapshot">
      <Facts>
        <Fact term="Taken">
          <RelativeTime at={campaign.snapshot.takenAt} /> by {campaign.snapshot.takenBy}
        </Fact>
        <Fact term="From">
          {campaign.snapshot.queries
            .map((query) => `${query.name} (${formatCount(query.rows)} rows)`)
            .join(', ')}
        </Fact>
        <Fact term="Hash">
          <CopyText text={campaign.snapshotHash} shorten={12} label="snapshot hash" />
        </Fact>
        <Fact term="Risk analysis">
          <InertText text={campaign.riskAnalysis} />
        </Fact>
      </Facts>
    </Section>
  );
}
