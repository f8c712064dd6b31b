import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { TabLinks } from '#components/ui/tab-links';
import { countProposals } from '#lib/proposals/index';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { requireContext } from '../../_server/context.ts';
import { Changes } from './_components/changes.tsx';
import { Groups } from './_components/groups.tsx';
import { Issuers } from './_components/issuers.tsx';
import { Notifications } from './_components/notifications.tsx';
import { People } from './_components/people.tsx';
import { Workers } from './_components/workers.tsx';

export const metadata: Metadata = { title: 'Settings' };

const tabs = ['people', 'groups', 'changes', 'issuers', 'notifications', 'workers'] as const;
const labels = {
  people: 'People',
  groups: 'Groups',
  changes: 'Changes',
  issuers: 'Issuers',
  notifications: 'Notifications',
  workers: 'Gateways',
} as const;

export default async function SettingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const tab = tabs.find((one) => one === oneParam(params, 'tab')) ?? 'people';
  const waiting = await countProposals(await requireContext());
  return (
    <>
      <PageHeader
        title="Settings"
        lead="Who may do what here, whose tokens agents may present, and who hears of it. Every change is a ledger entry."
      />
      <div className="space-y-4">
        <TabLinks
          label="Settings"
          tabs={tabs.map((one) => ({
            href: hrefWith('/settings', {}, { tab: one === 'people' ? null : one }),
            label: labels[one],
            count: one === 'changes' && waiting > 0 ? waiting : undefined,
            current: one === tab,
          }))}
        />
        {tab === 'people' ? <People /> : null}
        {tab === 'groups' ? <Groups /> : null}
        {tab === 'changes' ? <Changes /> : null}
        {tab === 'issuers' ? <Issuers /> : null}
        {tab === 'notifications' ? <Notifications params={params} /> : null}
        {tab === 'workers' ? <Workers /> : null}
      </div>
    </>
  );
}
