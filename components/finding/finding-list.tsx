import { TriangleAlert } from 'lucide-react';
import type { FindingView } from '#lib/findings/model';
import { InertText } from '../ui/inert-text.tsx';
import { Link } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const pages: Readonly<Record<string, (id: string) => string>> = {
  agent: (id) => `/agents?open=${id}`,
  grant: (id) => `/grants?open=${id}`,
  session: (id) => `/sessions/${id}`,
  resource: (id) => `/resources?open=${id}`,
  campaign: (id) => `/reviews/${id}`,
  approval: (id) => `/approvals/${id}`,
  subscription: (id) => `/settings?tab=notifications&subscription=${id}`,
};

/** What a person must look at; each leads to what it is about. */
export function FindingList({ findings }: { findings: readonly FindingView[] }) {
  return (
    <ul aria-label="Findings" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {findings.map((finding) => (
        <li key={finding.id}>
          <Link
            href={pages[finding.subject.kind]?.(finding.subject.id) ?? '/'}
            className="flex min-h-9 items-center gap-2.5 px-3 py-1.5 text-sm -outline-offset-2 hover:bg-hover"
          >
            <TriangleAlert aria-hidden="true" className="size-3.5 shrink-0 text-pending" />
            <InertText text={finding.summary} className="min-w-0 flex-1" />
            <RelativeTime at={finding.firstSeenAt} className="shrink-0 text-xs text-ink-faint" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
