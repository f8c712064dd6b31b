import type { Metadata } from 'next';
import { ApprovalCard } from '#components/approval/approval-card';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { TextLink } from '#components/ui/link';
import { Card } from '#components/ui/section';
import { getApproval } from '#lib/approvals/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { Decide } from '../_components/approval-panel.tsx';
import { reveal } from '../actions.ts';

export const metadata: Metadata = { title: 'Approval' };

export default async function ApprovalPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const found = await attempt(getApproval(await requireContext(), id));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title={found.value.ticket} above={<TextLink href="/approvals">Approvals</TextLink>} />
      <Card>
        <ApprovalCard view={found.value} reveal={reveal} />
      </Card>
      <div className="sticky bottom-0 mt-4 rounded-lg border bg-surface p-4 shadow-float empty:hidden max-md:bottom-16">
        <Decide view={found.value} />
      </div>
      <LiveRefresh kinds={['approval']} />
    </div>
  );
}
