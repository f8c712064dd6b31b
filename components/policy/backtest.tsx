'use client';

import { History } from 'lucide-react';
import { useState, useTransition } from 'react';
import type { Backtest } from '#lib/policies/backtest/model';
import type { PolicyFile } from '#lib/policies/model';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { SelectField } from '../ui/field.tsx';
import type { Answer } from '../ui/form-state.ts';
import { BacktestResult } from './backtest-result.tsx';

export type RunBacktest = (files: readonly PolicyFile[], days: number) => Promise<Answer<Backtest>>;

const spans = [1, 7, 30, 90] as const;

/** Decides what was recorded by this draft, on request, and lists what would change. */
export function BacktestPanel({
  files,
  run,
  disabled = false,
}: {
  files: readonly PolicyFile[];
  run: RunBacktest;
  disabled?: boolean;
}) {
  const [days, setDays] = useState(7);
  const [done, setDone] = useState<{
    files: readonly PolicyFile[];
    answer: Answer<Backtest>;
  }>();
  const [pending, start] = useTransition();
  const answer = done?.answer;
  return (
    <section aria-label="Backtest" className="space-y-3 rounded-lg border bg-surface p-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <p className="max-w-prose text-sm text-ink-soft">
          Decides the recorded statements again, by what decides now and by this text. Nothing is published.
        </p>
        <div className="flex items-end gap-2">
          <SelectField
            label="Statements of"
            value={String(days)}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {spans.map((span) => (
              <option key={span} value={span}>
                {span === 1 ? 'the last day' : `the last ${span} days`}
              </option>
            ))}
          </SelectField>
          <Button
            disabled={disabled || pending}
            aria-busy={pending || undefined}
            onClick={() =>
              start(async () => {
                const found = await run(files, days);
                setDone({ files, answer: found });
              })
            }
          >
            <History aria-hidden="true" /> {pending ? 'Deciding again…' : 'Run backtest'}
          </Button>
        </div>
      </div>
      <div role="status">
        {answer?.failed ? <Callout look="negative" title={answer.failed} /> : null}
        {answer?.value && done ? (
          <>
            {done.files === files ? null : (
              <p className="mb-2 text-sm text-pending">The text has changed since: run it again.</p>
            )}
            <BacktestResult found={answer.value} />
          </>
        ) : null}
      </div>
    </section>
  );
}
