import { countAccessRequests } from '#lib/access-requests/index';
import { countPending } from '#lib/approvals/index';
import { approvalTabs } from '#lib/approvals/model';
import type { Context } from '#lib/auth/context';
import { hrefWith } from '../../../../components/ui/search-params.ts';
import type { TabLink } from '../../../../components/ui/tab-links.tsx';
import { attempt } from '../../../_server/attempt.ts';

export type InboxTab = (typeof approvalTabs)[number] | 'access';

const labels = { pending: 'Pending', mine: 'Mine to answer', decided: 'Decided' } as const;

/** The inbox's views with what waits in each. */
export async function approvalTabLinks(
  context: Context,
  current: InboxTab,
  of: { readonly agent?: string | undefined; readonly resource?: string | undefined } = {},
): Promise<{ readonly tabs: readonly TabLink[]; readonly waiting: number }> {
  const [counts, access] = await Promise.all([
    attempt(countPending(context, { agentId: of.agent, resourceId: of.resource })),
    attempt(countAccessRequests(context)),
  ]);
  const statements = approvalTabs.map((one) => ({
    href: hrefWith('/approvals', { ...of }, { tab: one === 'pending' ? null : one }),
    label: labels[one],
    count: counts.ok && one !== 'decided' ? counts.value[one] : undefined,
    current: one === current,
  }));
  const accessTab = {
    href: '/approvals/access',
    label: 'Access requests',
    count: access.ok ? access.value : undefined,
    current: current === 'access',
  };
  return { tabs: [...statements, accessTab], waiting: counts.ok ? counts.value.pending : 0 };
}
