import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { TabLinks } from '#components/ui/tab-links';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { Groups } from './_components/groups.tsx';
import { Issuers } from './_components/issuers.tsx';
import { People } from './_components/people.tsx';
import { Workers } from './_components/workers.tsx';

export const metadata: Metadata = { title: 'Settings' };

const tabs = ['people', 'groups', 'issuers', 'workers'] as const;
const labels = { people: 'People', groups: 'Groups', issuers: 'Issuers', workers: 'Gateways' } as const;

export default async function SettingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const tab = tabs.find((one) => one === oneParam(params, 'tab')) ?? 'people';
  return (
    <>
      <PageHeader
        title="Settings"
        lead="Who may do what here, and whose tokens agents may present. Every change is a ledger entry."
      />
      <div className="space-y-4">
        <TabLinks
          label="Settings"
          tabs={tabs.map((one) => ({
            href: hrefWith('/settings', {}, { tab: one === 'people' ? null : one }),
            label: labels[one],
            current: one === tab,
          }))}
        />
        {tab === 'people' ? <People /> : null}
        {tab === 'groups' ? <Groups /> : null}
        {tab === 'issuers' ? <Issuers /> : null}
        {tab === 'workers' ? <Workers /> : null}
      </div>
    </>
  );
}
