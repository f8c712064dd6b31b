import { ApprovalCard } from '#components/approval/approval-card';
import { DecideBar } from '#components/approval/decide-bar';
import { Refusal } from '#components/layout/refusal';
import { CopyText } from '#components/ui/copy';
import { SidePanel } from '#components/ui/side-panel';
import { type ApprovalView, getApproval, mayBreakGlass } from '#lib/approvals/index';
import { highRiskReasons } from '../../../../components/approval/risk.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext, signedInFreshly } from '../../../_server/context.ts';
import { approve, approveAlone, ask, deny, reveal } from '../actions.ts';

/** The card of one request beside the inbox. */
export async function ApprovalPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const found = await attempt(getApproval(await requireContext(), id));
  if (!found.ok) {
    return (
      <SidePanel title="Approval" label="Approval request" closeHref={closeHref} openedBy={id}>
        <Refusal code={found.error.code} message={found.error.message} />
      </SidePanel>
    );
  }
  return (
    <SidePanel
      title={<CopyText text={found.value.ticket} label="ticket" />}
      label={`Approval request ${found.value.ticket}`}
      closeHref={closeHref}
      openedBy={id}
      footer={<Decide view={found.value} />}
    >
      <ApprovalCard view={found.value} reveal={reveal} />
    </SidePanel>
  );
}

/** The answer's buttons while it waits; nothing afterwards. */
export async function Decide({ view }: { view: ApprovalView }) {
  if (view.state !== 'pending') return null;
  const [fresh, alone] = await Promise.all([signedInFreshly(), mayBreakGlass(await requireContext())]);
  const back = encodeURIComponent(`/approvals?open=${view.id}`);
  return (
    <DecideBar
      key={view.id}
      id={view.id}
      holdUntil={view.holdUntil}
      expiresAt={view.expiresAt}
      highRisk={view.highRisk || highRiskReasons(view.card, view.resource.environment).length > 0}
      signInNeeded={view.highRisk}
      signInAgainHref={fresh ? null : `/sign-in?again=1&callbackUrl=${back}`}
      blockedBecause={view.mayDecide ? null : (view.blockedBecause ?? 'You may not decide it.')}
      actions={{ approve, deny, ask, alone: alone ? approveAlone : null }}
    />
  );
}
