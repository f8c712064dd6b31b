import { CalendarOff } from 'lucide-react';
import type { Metadata } from 'next';
import { AbsenceList } from '#components/approval/absence-list';
import { DelegateForm } from '#components/approval/delegate-form';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { EmptyState } from '#components/ui/empty-state';
import { TextLink } from '#components/ui/link';
import { Card, Section } from '#components/ui/section';
import { absencesOf, possibleDelegates } from '#lib/approvals/index';
import { may } from '#lib/auth/require-permission';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { delegate, endAbsence } from '../actions.ts';

export const metadata: Metadata = { title: 'Stand-ins' };

/** Who answers for whom while somebody is away. */
export default async function AwayPage() {
  const context = await requireContext();
  const [absences, people] = await Promise.all([
    attempt(absencesOf(context)),
    attempt(possibleDelegates(context)),
  ]);
  const admin = may(context.actor, 'access.change');
  return (
    <div className="max-w-3xl">
      <PageHeader
        above={<TextLink href="/approvals">Approvals</TextLink>}
        title="Stand-ins"
        lead="While an approver is away another stands in their groups, in their own name. What is their own they still can’t approve."
      />
      <div className="space-y-6">
        {!absences.ok ? (
          <Refusal code={absences.error.code} message={absences.error.message} />
        ) : absences.value.length === 0 ? (
          <EmptyState icon={<CalendarOff />} title="Nobody is away">
            Who goes on leave names a stand-in here, so that nothing waits for them.
          </EmptyState>
        ) : (
          <AbsenceList
            rows={absences.value}
            mayEnd={absences.value
              .filter((one) => admin || one.person.id === context.actor.id)
              .map(({ id }) => id)}
            end={endAbsence}
          />
        )}
        {people.ok ? (
          <Section title="While you are away">
            <Card>
              <DelegateForm
                action={delegate}
                people={people.value.map(({ id, name }) => ({ value: id, label: name }))}
              />
            </Card>
          </Section>
        ) : null}
      </div>
      <LiveRefresh kinds={['access']} />
    </div>
  );
}
