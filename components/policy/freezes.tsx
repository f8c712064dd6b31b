import { CalendarClock, Snowflake } from 'lucide-react';
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
  readonly state: 'planned' | 'standing' | 'over';
}

const words = { planned: ', planned', standing: '', over: ', over' } as const;

/** Windows in which nothing but reads runs. */
export function Freezes({ freezes, thaw }: { freezes: readonly FreezeView[]; thaw: FormAction | null }) {
  return (
    <ul aria-label="Freezes" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {freezes.map((freeze) => {
        const { state, environment } = freeze;
        return (
          <li
            key={freeze.id}
            className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm"
          >
            <Badge
              tone={state === 'standing' ? 'accent' : 'neutral'}
              icon={state === 'planned' ? <CalendarClock /> : <Snowflake />}
            >
              {environment}
              {words[state]}
            </Badge>
            <span className="min-w-0 flex-1 text-ink-soft">
              <InertText text={freeze.reason} />
              {freeze.exceptions.length > 0 ? (
                <span className="text-ink-faint"> (not {freeze.exceptions.join(', ')})</span>
              ) : null}
            </span>
            <span className="text-ink-faint">
              {state === 'planned' ? (
                <>
                  begins <RelativeTime at={freeze.startsAt} className="" />,{' '}
                </>
              ) : null}
              {state === 'over' ? 'ended' : 'ends'}{' '}
              <RelativeTime at={freeze.endedAt ?? freeze.endsAt} className="" />
            </span>
            {state === 'over' || !thaw ? null : (
              <EndDialog
                trigger={<Button size="sm">{state === 'planned' ? 'Call off…' : 'End…'}</Button>}
                title={state === 'planned' ? 'Call this freeze off' : 'End this freeze'}
                effect={
                  state === 'planned'
                    ? `It does not begin: writes to ${environment} stay decided by the rules.`
                    : `Writes to ${environment} are decided by the rules again, at once.`
                }
                confirm={state === 'planned' ? 'Call off' : 'End freeze'}
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
