import { Pencil, Rocket } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { ExceptionDialog } from '#components/review/exception-dialog';
import { FormDialog } from '#components/settings/form-dialog';
import { ActionForm, SubmitButton } from '#components/ui/action-form';
import { Badge } from '#components/ui/badge';
import { Button } from '#components/ui/button';
import { Callout } from '#components/ui/callout';
import { TextArea } from '#components/ui/field';
import { InertText } from '#components/ui/inert-text';
import { Link } from '#components/ui/link';
import { formatCount, plural } from '#components/ui/number';
import { RelativeTime } from '#components/ui/relative-time';
import { Card, Section } from '#components/ui/section';
import { type CampaignPreview, type CampaignView, previewCampaign } from '#lib/reviews/index';
import { attempt } from '../../../../_server/attempt.ts';
import { requireContext } from '../../../../_server/context.ts';
import { except, launch } from '../../actions.ts';
import { discard } from '../edit/actions.ts';

/** What a launch would freeze, who would get it, and what stands in the way. */
export async function Draft({ campaign }: { campaign: CampaignView }) {
  const found = await attempt(previewCampaign(await requireContext(), campaign.id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const preview = found.value;
  return (
    <div className="max-w-4xl space-y-6">
      <Callout
        title={`${plural(preview.population, 'grant')} would be reviewed, ${formatCount(preview.privileged)} of them privileged.`}
      >
        {sourcesOf(preview)}
        {preview.mayLaunch
          ? 'A launch freezes them with their evidence. What changes afterwards is shown beside, never merged.'
          : preview.population === 0
            ? 'Nothing is in scope: no grant gives access there now. Change the draft’s scope.'
            : 'Conflicts stand in the way: fix each, or accept an exception with an end.'}
      </Callout>
      <Section title="Who would review">
        <Card>
          <ul className="space-y-1 text-sm">
            {preview.reviewers.map((load) => (
              <li key={`${load.person.id} ${load.duty}`} className="flex justify-between gap-4">
                <span>
                  {load.person.name} <span className="text-ink-faint">({load.duty})</span>
                </span>
                <span className="tabular">{plural(load.items, 'item')}</span>
              </li>
            ))}
          </ul>
        </Card>
      </Section>
      {preview.conflictsTotal > 0 ? <Conflicts campaign={campaign} preview={preview} /> : null}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex gap-2">
          <Button asChild>
            <Link href={`/reviews/${campaign.id}/edit`}>
              <Pencil aria-hidden="true" /> Change…
            </Link>
          </Button>
          <DiscardDialog campaignId={campaign.id} />
        </div>
        <ActionForm action={launch} label="Launch">
          <input type="hidden" name="campaignId" value={campaign.id} />
          <SubmitButton variant="primary" size="lg" disabled={!preview.mayLaunch} pendingText="Freezing…">
            <Rocket aria-hidden="true" /> Launch with {plural(preview.population, 'grant')}
          </SubmitButton>
        </ActionForm>
      </div>
    </div>
  );
}

function DiscardDialog({ campaignId }: { campaignId: string }) {
  return (
    <FormDialog
      trigger={<Button variant="ghost">Discard…</Button>}
      title="Discard this draft"
      description="It is never launched. It stays in the list and on the auditor’s page, with your reason."
      action={discard}
      confirm="Discard"
    >
      <input type="hidden" name="campaignId" value={campaignId} />
      <TextArea label="Reason" name="reason" required maxLength={2000} rows={2} />
    </FormDialog>
  );
}

/** A draft that was laid aside, with who did it and why. */
export function Discarded({ discarded }: { discarded: NonNullable<CampaignView['discarded']> }) {
  return (
    <Callout title={`Discarded by ${discarded.by.name}`} className="max-w-4xl">
      <RelativeTime at={discarded.at} />: “<InertText text={discarded.reason} />” It was never launched;
      nothing was reviewed under it.
    </Callout>
  );
}

function sourcesOf({ bySource }: CampaignPreview): string {
  const counts = Object.entries(bySource);
  if (counts.length < 2 && bySource.countersign) return '';
  return `${counts.map(([source, count]) => `${formatCount(count)} from ${source}`).join(', ')}. `;
}

function Conflicts({ campaign, preview }: { campaign: CampaignView; preview: CampaignPreview }) {
  return (
    <Section title={`Conflicts (${formatCount(preview.conflictsTotal)})`}>
      <ul className="divide-y rounded-lg border bg-surface text-sm">
        {preview.conflicts.map((conflict) => (
          <li
            key={`${conflict.grantId} ${conflict.kind}`}
            className="flex flex-wrap items-center justify-between gap-3 px-3 py-2"
          >
            <div className="min-w-0">
              <p className="font-medium">
                <InertText text={conflict.sentence} />
              </p>
              <p className="text-ink-soft">{conflict.message}</p>
            </div>
            {conflict.excepted ? (
              <Badge>excepted</Badge>
            ) : (
              <ExceptionDialog
                campaignId={campaign.id}
                subject={{ grantId: conflict.grantId }}
                sentence={conflict.sentence}
                action={except}
              />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
