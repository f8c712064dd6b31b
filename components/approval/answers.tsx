import type { ApprovalView } from '#lib/approvals/model';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';
import { ApprovalStateBadge } from './approval-state.tsx';

/** Who answered, what became of it, and where it ran. */
export function Answers({ view }: { view: ApprovalView }) {
  if (view.state === 'pending' && view.answers.length === 0) return null;
  return (
    <Section title="Answers">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <ApprovalStateBadge state={view.state} />
        {view.stateReason ? <InertText text={view.stateReason} className="text-ink-soft" /> : null}
        {view.used ? (
          <TextLink href={`/sessions/${view.used.sessionId}?at=${view.used.seq}`}>where it ran</TextLink>
        ) : null}
      </div>
      <ul className="space-y-1.5">
        {view.answers.map((answer) => (
          <li key={answer.id} className="text-sm">
            <strong className="font-medium">{answer.by?.name ?? 'the sandbox'}</strong>{' '}
            {answer.answer === 'approve' ? 'approved' : 'denied'}
            {answer.breakGlass ? (
              <strong className="font-medium text-negative"> alone, by breaking glass</strong>
            ) : null}{' '}
            <RelativeTime at={answer.at} />
            {answer.reason ? (
              <span className="block text-ink-soft">
                “<InertText text={answer.reason} />”
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
