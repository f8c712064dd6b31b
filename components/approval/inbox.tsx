'use client';

import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import type { ApprovalRow } from '#lib/approvals/model';
import { TierBadge } from '../purpose/purpose.tsx';
import { Badge } from '../ui/badge.tsx';
import { classNames } from '../ui/class-names.ts';
import { InertText } from '../ui/inert-text.tsx';
import { Link } from '../ui/link.tsx';
import { ListKeys } from '../ui/list-keys.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { ApprovalStateBadge } from './approval-state.tsx';
import { type InboxRow, keepOrder } from './inbox-order.ts';
import { TimeLeft } from './time-left.tsx';

/** The inbox: one line a request on wide screens, two on a phone. `waiting`: rows keep their place. */
export function Inbox({
  rows,
  hrefs,
  selectedId,
  waiting,
}: {
  rows: readonly ApprovalRow[];
  /** Where each row leads, by id; `base` with the id appended for rows that left the list. */
  hrefs: { readonly base: string };
  selectedId: string | undefined;
  waiting: boolean;
}) {
  const shown = useKeptOrder(rows, waiting);
  if (shown.length === 0) return null;
  return (
    <ListKeys className="overflow-hidden rounded-lg border bg-surface">
      <ul aria-label="Approval requests">
        {shown.map(({ row, settled }) => (
          <li
            key={row.id}
            data-row={row.id}
            aria-current={row.id === selectedId ? 'true' : undefined}
            className={classNames(
              'relative cursor-pointer border-b last:border-b-0 hover:bg-hover has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-accent',
              row.id === selectedId && 'bg-selected hover:bg-selected',
              settled && 'text-ink-faint',
            )}
          >
            <Row row={row} settled={settled} href={hrefs.base + row.id} />
          </li>
        ))}
      </ul>
    </ListKeys>
  );
}

function useKeptOrder(rows: readonly ApprovalRow[], waiting: boolean): readonly InboxRow[] {
  const [kept, setKept] = useState<{ from: readonly ApprovalRow[]; shown: readonly InboxRow[] }>(() => ({
    from: rows,
    shown: keepOrder([], rows),
  }));
  if (kept.from !== rows) {
    setKept({ from: rows, shown: keepOrder(waiting ? kept.shown : [], rows) });
  }
  return kept.shown;
}

function Row({ row, settled, href }: { row: ApprovalRow; settled: boolean; href: string }) {
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 text-sm md:flex-nowrap md:py-0">
      <Link
        href={href}
        scroll={false}
        data-row-link
        className="w-full min-w-0 font-medium outline-none max-md:line-clamp-2 md:w-auto md:flex-1 md:truncate"
      >
        <InertText text={row.verdict} />
      </Link>
      <span className="flex min-w-0 shrink items-center gap-1.5 text-xs text-ink-soft">
        <span className="truncate">
          {row.agent.name} → {row.resource.name}
        </span>
        {row.purpose ? <TierBadge tier={row.purpose.tier} /> : null}
      </span>
      <span className="font-mono text-xs text-ink-faint">{row.ticket}</span>
      <span className="ml-auto flex items-center justify-end gap-2 md:ml-0 md:w-28">
        <Standing row={row} settled={settled} />
      </span>
    </div>
  );
}

function Standing({ row, settled }: { row: ApprovalRow; settled: boolean }) {
  if (settled) {
    return (
      <Badge tone="neutral" icon={<CircleCheck />}>
        settled
      </Badge>
    );
  }
  if (row.state === 'pending') return <TimeLeft holdUntil={row.holdUntil} expiresAt={row.expiresAt} />;
  return (
    <>
      <ApprovalStateBadge state={row.state} />
      <RelativeTime at={row.decidedAt ?? row.createdAt} className="text-xs text-ink-faint" />
    </>
  );
}
