import type { SeriesView } from '#lib/reviews/clock/model';
import type { CampaignState } from '#lib/reviews/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Card } from '../ui/section.tsx';
import { CampaignStateBadge } from './item-looks.tsx';

/** Reviews that come again: when the next is made, from what, and how to end it. */
export function SeriesList({
  series,
  end,
}: {
  series: readonly SeriesView[];
  /** Null: this person only reads. */
  end: FormAction | null;
}) {
  return (
    <ul className="max-w-4xl space-y-3">
      {series.map((one) => (
        <li key={one.id}>
          <Card className="space-y-3">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <h2 className="flex min-w-0 flex-wrap items-center gap-2 font-medium">
                <InertText text={one.name} /> <Badge tone="outline">{one.every}</Badge>
                {one.endedAt ? <Badge>ended</Badge> : null}
              </h2>
              {end && !one.endedAt ? <EndDialog series={one} end={end} /> : null}
            </div>
            <SeriesFacts series={one} />
          </Card>
        </li>
      ))}
    </ul>
  );
}

function SeriesFacts({ series }: { series: SeriesView }) {
  return (
    <Facts>
      <Fact term="Next is set up">
        {series.nextAt ? <RelativeTime at={series.nextAt} /> : 'not any more'}
      </Fact>
      <Fact term="Scope">{series.scope}</Fact>
      <Fact term="Due">{plural(series.dueInBusinessDays, 'business day')} after it is set up</Fact>
      <Fact term="Risk analysis">
        <InertText text={series.riskAnalysis} />
      </Fact>
      <Fact term={plural(series.campaigns, 'campaign')}>
        <ul className="space-y-1">
          {series.latest.map((campaign) => (
            <li key={campaign.id} className="flex flex-wrap items-center gap-2">
              <TextLink href={`/reviews/${campaign.id}`}>
                <InertText text={campaign.name} />
              </TextLink>
              <CampaignStateBadge state={campaign.state as CampaignState} />
            </li>
          ))}
        </ul>
      </Fact>
    </Facts>
  );
}

function EndDialog({ series, end }: { series: SeriesView; end: FormAction }) {
  return (
    <FormDialog
      trigger={<Button size="sm">End the series…</Button>}
      title={`No further ${series.every} review`}
      description="Reviews that were made stay as they are. A new series starts with a new campaign."
      action={end}
      confirm="End the series"
    >
      <input type="hidden" name="seriesId" value={series.id} />
      <TextArea label="Reason" name="reason" required maxLength={2000} rows={2} />
    </FormDialog>
  );
}
