import type { Metadata } from 'next';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { CampaignStateBadge } from '#components/review/item-looks';
import { InertText } from '#components/ui/inert-text';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { RelativeTime } from '#components/ui/relative-time';
import { TabLinks } from '#components/ui/tab-links';
import { type CampaignView, getCampaign } from '#lib/reviews/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { Discarded, Draft } from './_components/draft.tsx';
import { Numbers } from './_components/numbers.tsx';
import { Queue } from './_components/queue.tsx';
import { Sign } from './_components/sign.tsx';

export const metadata: Metadata = { title: 'Review' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

const tabs = ['queue', 'status', 'sign'] as const;
const labels = { queue: 'Queue', status: 'Numbers', sign: 'Sign-off' } as const;

export default async function CampaignPage({ params, searchParams }: Props) {
  const [{ id }, query, context] = await Promise.all([params, searchParams, requireContext()]);
  const found = await attempt(getCampaign(context, id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const campaign = found.value;
  const tab = tabs.find((one) => one === oneParam(query, 'tab')) ?? 'queue';
  const path = `/reviews/${id}`;
  return (
    <>
      <Header campaign={campaign} />
      {campaign.discarded ? (
        <Discarded discarded={campaign.discarded} />
      ) : campaign.state === 'draft' ? (
        <Draft campaign={campaign} />
      ) : (
        <div className="space-y-4">
          <TabLinks
            label="Parts of the campaign"
            tabs={tabs.map((one) => ({
              href: hrefWith(path, {}, { tab: one === 'queue' ? null : one }),
              label: labels[one],
              count: one === 'queue' ? campaign.items : undefined,
              current: one === tab,
            }))}
          />
          {tab === 'queue' ? <Queue campaign={campaign} params={query} /> : null}
          {tab === 'status' ? <Numbers campaign={campaign} /> : null}
          {tab === 'sign' ? <Sign campaign={campaign} /> : null}
        </div>
      )}
      <LiveRefresh kinds={['campaign']} />
    </>
  );
}

function Header({ campaign }: { campaign: CampaignView }) {
  const day = (at: Date) => at.toISOString().slice(0, 10);
  return (
    <PageHeader
      above={<TextLink href="/reviews">Reviews</TextLink>}
      title={
        <span className="inline-flex flex-wrap items-center gap-2.5">
          <InertText text={campaign.name} /> <CampaignStateBadge state={campaign.state} />
        </span>
      }
      lead={
        <>
          {day(campaign.periodFrom)} to {day(campaign.periodTo)}; {plural(campaign.items, 'grant')},{' '}
          {campaign.decided + campaign.excepted} answered; due{' '}
          <RelativeTime at={campaign.dueAt} className={campaign.overdue ? 'text-negative' : ''} />
        </>
      }
    />
  );
}
