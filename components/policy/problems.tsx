import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { InertText } from '../ui/inert-text.tsx';

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

/** What the check of a draft found, each at its place. */
export function Problems({
  problems,
  failed,
  goTo,
}: {
  problems: readonly Problem[];
  failed: string | null;
  goTo: (problem: Problem) => void;
}) {
  if (failed) return <p className="text-sm text-negative">{failed}</p>;
  if (problems.length === 0) {
    return (
      <p role="status" className="flex items-center gap-1.5 text-sm text-positive">
        <CircleCheck aria-hidden="true" className="size-4" /> It fits the schema.
      </p>
    );
  }
  return (
    <div role="status" aria-label="Problems">
      <ul className="space-y-1 text-sm">
        {problems.map((problem) => {
          const Icon = problem.severity === 'error' ? CircleX : TriangleAlert;
          return (
            <li
              key={`${problem.file}:${problem.line}:${problem.column} ${problem.message}`}
              className="flex gap-2"
            >
              <Icon
                aria-hidden="true"
                className={`mt-0.5 size-4 shrink-0 ${problem.severity === 'error' ? 'text-negative' : 'text-pending'}`}
              />
              <span>
                <span className="sr-only">{problem.severity}: </span>
                <button
                  type="button"
                  onClick={() => goTo(problem)}
                  className="font-mono text-xs text-accent underline decoration-accent/35 underline-offset-2"
                >
                  {problem.file}:{problem.line}:{problem.column}
                </button>{' '}
                <InertText text={problem.message} />
                {problem.hint ? <span className="block text-xs text-ink-faint">{problem.hint}</span> : null}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
