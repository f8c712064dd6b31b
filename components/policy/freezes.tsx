import { Snowflake } from 'lucide-react';
import { EndDialog } from '../cut/end-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export interface FreezeView {
  readonly id: string;
  readonly environment: string;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly exceptions: readonly string[];
  readonly endedAt: Date | null;
}

/** Windows in which nothing but reads runs. */
export function Freezes({ freezes, thaw }: { freezes: readonly FreezeView[]; thaw: FormAction | null }) {
  return (
    <ul aria-label="Freezes" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {freezes.map((freeze) => {
        const over = freeze.endedAt !== null || freeze.endsAt.getTime() <= Date.now();
        return (
          <li
            key={freeze.id}
            className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm"
          >
            <Badge tone={over ? 'neutral' : 'accent'} icon={<Snowflake />}>
              {freeze.environment}
              {over ? ', over' : ''}
            </Badge>
            <span className="min-w-0 flex-1 text-ink-soft">
              <InertText text={freeze.reason} />
              {freeze.exceptions.length > 0 ? (
                <span className="text-ink-faint"> (not {freeze.exceptions.join(', ')})</span>
              ) : null}
            </span>
            <span className="text-ink-faint">
              {over ? 'ended' : 'ends'} <RelativeTime at={freeze.endedAt ?? freeze.endsAt} className="" />
            </span>
            {over || !thaw ? null : (
              <EndDialog
                trigger={<Button size="sm">End…</Button>}
                title="End this freeze"
                effect={`Writes to ${freeze.environment} are decided by the rules again, at once.`}
                confirm="End freeze"
                action={thaw}
                fields={{ freezeId: freeze.id }}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
