import { UsersRound } from 'lucide-react';
import { LiveRefresh } from '#components/layout/live';
import { Refusal } from '#components/layout/refusal';
import { ProposalList } from '#components/settings/proposal-list';
import { Callout } from '#components/ui/callout';
import { EmptyState } from '#components/ui/empty-state';
import { Section } from '#components/ui/section';
import { listProposals } from '#lib/proposals/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { consent, decline, withdraw } from '../actions.ts';

const actions = { consent, decline, withdraw };

/** Changes of people, roles and masks: those that wait for a second admin, and what became of the others. */
export async function Changes() {
  const context = await requireContext();
  const found = await attempt(listProposals(context));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const waiting = found.value.filter(({ state }) => state === 'pending');
  const others = found.value.filter(({ state }) => state !== 'pending');
  return (
    <div className="space-y-5">
      {context.secondAdmin === 'sandbox' ? (
        <Callout>
          This is a sandbox: changes of people, roles and masks count at once, and the ledger says that nobody
          else was asked. Elsewhere each waits here for another admin.
        </Callout>
      ) : null}
      {found.value.length === 0 ? (
        <EmptyState icon={<UsersRound />} title="No change waits">
          A change of people, roles or masks stands here until an admin who did not propose it consents.
        </EmptyState>
      ) : null}
      {waiting.length > 0 ? (
        <Section title={`Waiting for a second admin (${waiting.length})`}>
          <ProposalList label="Waiting changes" rows={waiting} actions={actions} />
        </Section>
      ) : null}
      {others.length > 0 ? (
        <Section title="Answered">
          <ProposalList label="Answered changes" rows={others} actions={actions} />
        </Section>
      ) : null}
      <LiveRefresh kinds={['proposal']} />
    </div>
  );
}
