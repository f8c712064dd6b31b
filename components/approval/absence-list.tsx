import type { AbsenceView } from '#lib/approvals/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge } from '../ui/badge.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';

const day = (at: Date) => at.toISOString().slice(0, 10);

export function AbsenceList({
  rows,
  mayEnd,
  end,
}: {
  rows: readonly AbsenceView[];
  /** Ids that this person may end. */
  mayEnd: readonly string[];
  end: FormAction;
}) {
  return (
    <ul className="divide-y rounded-lg border bg-surface" aria-label="Stand-ins">
      {rows.map((row) => (
        <li key={row.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
          <span className="min-w-0 flex-1">
            <strong className="font-medium">{row.delegate.name}</strong> stands in for {row.person.name}
            <span className="block text-ink-soft">
              <InertText text={row.reason} />
            </span>
          </span>
          <span className="tabular text-ink-soft">
            {day(row.from)} to {day(row.until)}
          </span>
          <Badge tone={row.active ? 'positive' : 'neutral'}>{row.active ? 'now' : 'to come'}</Badge>
          {mayEnd.includes(row.id) ? (
            <ActionForm action={end} label={`End it for ${row.person.name}`}>
              <input type="hidden" name="absenceId" value={row.id} />
              <SubmitButton size="sm" pendingText="Ending…">
                End
              </SubmitButton>
            </ActionForm>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
