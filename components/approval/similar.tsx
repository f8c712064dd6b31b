import type { SimilarApproval } from '#lib/approvals/model';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';
import { ApprovalStateBadge } from './approval-state.tsx';

/** Earlier requests of the same shape, and what came of them. */
export function Similar({ similar }: { similar: readonly SimilarApproval[] }) {
  return (
    <Section title="Similar before">
      {similar.length === 0 ? (
        <p className="text-sm text-ink-soft">Nothing like it was asked on this resource before.</p>
      ) : (
        <ul className="space-y-1.5">
          {similar.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm">
              <TextLink href={`/approvals/${one.id}`} className="font-mono text-xs">
                {one.ticket}
              </TextLink>
              <ApprovalStateBadge state={one.state} />
              <span className="text-ink-soft">
                {one.agent.name}, <RelativeTime at={one.createdAt} />
                {one.sameText ? ', the same text' : ''}
                {one.outcome ? `, ${one.outcome.status}${rowsText(one.outcome.rows)}` : ''}
              </span>
              {one.reason ? (
                <span className="w-full text-xs text-ink-faint">
                  “<InertText text={one.reason} />”
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function rowsText(rows: number | null): string {
  return rows === null ? '' : ` with ${plural(rows, 'row')}`;
}
