import { Check, CircleDashed, EyeOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ItemView, PermissionEvidence } from '#lib/reviews/model';
import { Badge, type Tone } from '../ui/badge.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount, plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';

const looks: Readonly<
  Record<PermissionEvidence['status'], readonly [tone: Tone, icon: ReactNode, word: string]>
> = {
  Used: ['positive', <Check key="i" />, 'used'],
  UnusedObserved: ['pending', <CircleDashed key="i" />, 'unused'],
  UnobservableInSource: ['neutral', <EyeOff key="i" />, 'not observable'],
};

/** What was seen of the grant in the period, frozen at launch; every figure leads to where it was seen. */
export function Evidence({ item }: { item: ItemView }) {
  const { coverage, attempts, approvals } = item.evidence;
  return (
    <>
      <Section title="Permissions">
        <ul className="divide-y rounded-md border">
          {item.evidence.permissions.map((permission) => (
            <PermissionLine key={`${permission.action} ${permission.object}`} permission={permission} />
          ))}
        </ul>
      </Section>
      <Section title="What the window shows">
        <ul className="space-y-1 text-sm text-ink-soft">
          <li>
            {plural(coverage.days, 'day')} observed, {plural(coverage.sessions, 'session')}
            {coverage.interruptedSessions > 0 ? `, ${coverage.interruptedSessions} interrupted` : ''}
            {coverage.unknownOutcomes > 0 ? `, ${coverage.unknownOutcomes} outcomes unknown` : ''}.
          </li>
          <li>
            <TextLink
              data-evidence="attempts"
              href={`/sessions/search?grant=${item.grantId}&decision=deny&range=90d`}
            >
              {plural(attempts.denied, 'statement')} denied
            </TextLink>
            , {plural(attempts.held, 'statement')} held.
          </li>
          {approvals.asked > 0 ? (
            <li>
              {plural(approvals.asked, 'approval')} asked, {approvals.approved} given
              {approvals.approvers.length > 0
                ? ` (by ${approvals.approvers.map((one) => `${one.name} ${one.count}×`).join(', ')})`
                : ''}
              , {approvals.denied} denied.
            </li>
          ) : null}
          {coverage.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {item.evidence.findings.map((finding) => (
            <li key={finding.id} className="text-pending">
              <InertText text={finding.summary} />
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function PermissionLine({ permission }: { permission: PermissionEvidence }) {
  const [tone, icon, word] = looks[permission.status];
  const last = permission.recent[0];
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-1 px-2.5 py-1 text-sm">
      <span className="min-w-0 flex-1 truncate">
        {permission.action}{' '}
        <code className="font-mono text-xs">
          <InertText text={permission.object} />
        </code>
      </span>
      <Badge tone={tone} icon={icon}>
        {word}
        {permission.count > 0 ? ` ${formatCount(permission.count)}×` : ''}
      </Badge>
      {permission.denied > 0 ? (
        <span className="text-xs text-negative tabular">{permission.denied} denied</span>
      ) : null}
      {last ? (
        <TextLink
          href={`/sessions/${last.sessionId}?at=${last.seq}`}
          target="_blank"
          data-evidence={`session:${last.sessionId}`}
          className="text-xs"
        >
          <RelativeTime at={last.at} className="" />
        </TextLink>
      ) : null}
    </li>
  );
}
