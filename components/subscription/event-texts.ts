import type { OutboxEvent } from '#lib/outbox/model';

/** What can be heard of, in people's words, in the groups of the form. */
export const eventGroups: readonly {
  readonly title: string;
  readonly events: readonly (readonly [OutboxEvent, string])[];
}[] = [
  {
    title: 'Approvals',
    events: [
      ['approval.requested', 'A statement is held and asks for an approval'],
      ['approval.escalated', 'Nobody answered by half of its time'],
      ['approval.approved', 'Approved'],
      ['approval.denied', 'Denied'],
      ['approval.expired', 'Expired'],
      ['approval.broke-glass', 'Somebody broke the glass'],
    ],
  },
  {
    title: 'Access',
    events: [
      ['access-request.filed', 'Access is asked for'],
      ['access-request.decided', 'A request for access is decided'],
      ['grant.created', 'A grant is given'],
      ['grant.revoked', 'A grant is revoked'],
      ['agent.suspended', 'An agent is suspended'],
    ],
  },
  {
    title: 'Reviews and findings',
    events: [
      ['campaign.reminded', 'Reviewers are reminded'],
      ['campaign.escalated', 'A late review is escalated'],
      ['campaign.signed', 'A review is signed'],
      ['finding.opened', 'A finding opens'],
    ],
  },
  {
    title: 'Sessions',
    events: [
      ['statement.denied', 'A statement is denied'],
      ['statement.held', 'A statement is held'],
      ['session.closed', 'A session ends'],
    ],
  },
];
