import { Pencil } from 'lucide-react';
import type { Holiday } from '#lib/reviews/clock/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { Section } from '../ui/section.tsx';

/** The days by year, those to come first. */
export function HolidayList({ holidays, today }: { holidays: readonly Holiday[]; today: string }) {
  const years = [...Map.groupBy(holidays, (one) => one.day.slice(0, 4))].sort(([a], [b]) => (a < b ? 1 : -1));
  return (
    <div className="max-w-2xl space-y-5">
      {years.map(([year, days]) => (
        <Section key={year} title={year}>
          <ul className="divide-y rounded-lg border bg-surface text-sm">
            {days.map((one) => (
              <li key={one.day} className="flex min-h-9 items-center gap-4 px-3">
                <time
                  dateTime={one.day}
                  className={one.day < today ? 'shrink-0 text-ink-faint tabular' : 'shrink-0 tabular'}
                >
                  {weekday.format(new Date(`${one.day}T00:00:00Z`))} {one.day}
                </time>
                <span className={one.day < today ? 'min-w-0 text-ink-faint' : 'min-w-0'}>
                  <InertText text={one.name} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </div>
  );
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });

/** The whole list as lines: a year is pasted at once. */
export function HolidayForm({ holidays, save }: { holidays: readonly Holiday[]; save: FormAction }) {
  return (
    <FormDialog
      trigger={
        <Button variant="primary">
          <Pencil aria-hidden="true" /> Change…
        </Button>
      }
      title="Holidays"
      description="Clocks that run keep their due dates; those that start afterwards go by the new list."
      action={save}
      confirm="Save"
    >
      <TextArea
        label="A day and its name a line"
        name="holidays"
        rows={12}
        className="[&_textarea]:font-mono"
        placeholder="2026-12-25 Christmas Day"
        defaultValue={holidays.map((one) => `${one.day} ${one.name}`).join('\n')}
        hint="This list takes the place of the one that stands."
      />
    </FormDialog>
  );
}
