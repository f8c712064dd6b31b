import type { RecordedEstimate } from '#lib/recording/model';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { planSteps } from './plan.ts';

/** What the target's planner expected before anybody was asked, with its plan. */
export function EstimatePart({ estimate }: { estimate: RecordedEstimate }) {
  const { rows, total, note, plan } = estimate;
  const steps = plan === null ? null : planSteps(plan);
  return (
    <section aria-label="Expected by the planner" className="space-y-1.5 text-sm text-ink-soft">
      {rows === null ? null : (
        <p>
          The planner expected about {formatCount(rows)}
          {total === null ? '' : ` of ${formatCount(total)}`} rows.
        </p>
      )}
      {note === null ? null : (
        <p>
          <InertText text={note} />
        </p>
      )}
      {steps === null || steps.length === 0 ? null : (
        <details className="rounded-md border px-2.5 py-1.5 text-xs">
          <summary className="cursor-pointer">Plan (EXPLAIN) before it ran</summary>
          <ol className="mt-1.5 space-y-1 font-mono">
            {steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a plan's steps have no key but their place.
              <li key={index} style={{ paddingLeft: `${Math.min(step.depth, 12) * 0.75}rem` }}>
                <InertText text={step.what} className="text-ink" />
                <span className="text-ink-faint">
                  {step.rows === null ? '' : `, ${formatCount(step.rows)} rows`}
                  {step.cost === null ? '' : `, cost ${formatCount(Math.round(step.cost))}`}
                </span>
                {step.conditions.map((condition) => (
                  <div key={condition} className="pl-3 [overflow-wrap:anywhere]">
                    <InertText text={condition} />
                  </div>
                ))}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}
