import { EyeOff } from 'lucide-react';
import { classNames } from '../ui/class-names.ts';
import { InertText } from '../ui/inert-text.tsx';
import { plural } from '../ui/number.tsx';
import type { Moment } from './moment.ts';

/** Rows as the agent saw them: masked columns are marked, NULL is not a text. */
export function ResultTable({ moment }: { moment: Moment }) {
  if (moment.columns.length === 0) return null;
  return (
    <div className="space-y-1.5">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keys.
        tabIndex={0}
        aria-label="Result as the agent saw it"
        className="max-h-80 overflow-auto rounded-md border"
      >
        <table className="w-full border-separate border-spacing-0 font-mono text-xs">
          <thead>
            <tr>
              {moment.columns.map((column, index) => (
                <th
                  // biome-ignore lint/suspicious/noArrayIndexKey: result columns may share a name.
                  key={index}
                  scope="col"
                  className={classNames(
                    'sticky top-0 whitespace-nowrap border-b bg-sunken px-2.5 py-1.5 text-left font-medium',
                    column.masked ? 'text-veiled' : 'text-ink-soft',
                  )}
                >
                  <span className="inline-flex items-center gap-1">
                    {column.masked ? <EyeOff aria-hidden="true" className="size-3" /> : null}
                    <InertText text={column.name} />
                    {column.masked ? <span className="sr-only">(masked)</span> : null}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {moment.rows.map((row, down) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: recorded rows have no key but their place.
              <tr key={down}>
                {row.map((value, across) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                    key={across}
                    className={classNames(
                      'max-w-80 truncate border-b px-2.5 py-1 last:border-b',
                      moment.columns[across]?.masked && 'bg-veiled-wash text-veiled',
                    )}
                  >
                    {value === null ? (
                      <span className="text-ink-faint italic">NULL</span>
                    ) : (
                      <InertText text={value} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="text-xs text-ink-faint">
        {plural(moment.rows.length, 'row')} shown
        {moment.truncated ? '; more were sent than are kept here' : ''}
      </p>
    </div>
  );
}
