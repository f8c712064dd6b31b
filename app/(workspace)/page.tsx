import { SquareTerminal } from 'lucide-react';
import type { Metadata } from 'next';
import { FindingList } from '#components/finding/finding-list';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { DecisionChart } from '#components/overview/decision-chart';
import { Heat } from '#components/overview/heat';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { TextLink } from '#components/ui/link';
import { Card, Section } from '#components/ui/section';
import { TabLinks } from '#components/ui/tab-links';
import { listFindings } from '#lib/findings/index';
import { type Overview, overview } from '#lib/usage/index';
import { everyStep } from '../../components/overview/every-step.ts';
import { hrefWith, oneParam, type SearchParams } from '../../components/ui/search-params.ts';
import { attempt } from '../_server/attempt.ts';
import { placeFilters } from '../_server/choices.ts';
import { requireContext } from '../_server/context.ts';
import { rangeOf, timeRanges } from '../_server/time-range.ts';
import { Closer } from './_components/closer.tsx';
import { Figures } from './_components/figures.tsx';

export const metadata: Metadata = { title: 'Overview' };

const rangeDefault = '7d';
const findingsShown = 8;

export default async function OverviewPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const asked = oneParam(params, 'range');
  const range = timeRanges.some(({ value }) => value === asked) && asked ? asked : rangeDefault;
  const span = rangeOf(range, context.clock.now());
  if (!span) throw new Error('the default range is one of the ranges');
  const scope = { agent: oneParam(params, 'agent'), resource: oneParam(params, 'resource'), range };
  const filter = { agentId: scope.agent, resourceId: scope.resource };
  const [found, findings] = await Promise.all([
    attempt(overview(context, span, filter)),
    attempt(listFindings(context, { state: 'open', limit: findingsShown })),
  ]);
  return (
    <>
      <PageHeader title="Overview" lead="Who touched what, when and why." />
      <div className="space-y-5">
        <Filters params={params} range={range} />
        {found.ok ? (
          <>
            <Figures overview={found.value} scope={scope} />
            <Activity overview={found.value} params={params} range={range} span={span} />
          </>
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref="/" />
        )}
        {scope.agent || scope.resource ? <Closer scope={scope} span={span} /> : null}
        {findings.ok && findings.value.rows.length > 0 ? (
          <Section
            title="Needs a person"
            action={
              <TextLink href="/findings" className="text-xs">
                All findings
              </TextLink>
            }
          >
            <FindingList findings={findings.value.rows} />
          </Section>
        ) : null}
      </div>
      <LiveRefresh kinds={['session', 'approval']} />
    </>
  );
}

async function Filters({ params, range }: { params: SearchParams; range: string }) {
  const context = await requireContext();
  return (
    <div className="space-y-3">
      <TabLinks
        label="Time"
        tabs={timeRanges.map(({ value, label }) => ({
          href: hrefWith('/', params, { range: value === rangeDefault ? null : value }),
          label,
          current: value === range,
        }))}
      />
      <FilterBar path="/" params={params} filters={await placeFilters(context)} />
    </div>
  );
}

function Activity({
  overview: found,
  params,
  range,
  span,
}: {
  overview: Overview;
  params: SearchParams;
  range: string;
  span: { from: Date; to: Date };
}) {
  if (found.activity.length === 0) {
    return (
      <EmptyState icon={<SquareTerminal />} title="No session in this time">
        Choose a longer time, or connect an agent through the gateway.
      </EmptyState>
    );
  }
  const hourly = range === '1d';
  const points = found.decisions.map((point) => ({ ...point, at: point.at.toISOString() }));
  return (
    <div className="grid gap-5 xl:grid-cols-2">
      <Section title="Who touched what">
        <Card>
          <Heat activity={found.activity} range={range} hrefOf={(of) => hrefWith('/', params, of)} />
        </Card>
      </Section>
      <Section title="Decisions over time">
        <Card>
          <DecisionChart points={everyStep(points, span, hourly)} hourly={hourly} />
        </Card>
      </Section>
    </div>
  );
}
