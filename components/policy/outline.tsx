import { Ban, Hand, ShieldCheck } from 'lucide-react';
import { Badge } from '../ui/badge.tsx';
import { InertText } from '../ui/inert-text.tsx';

export interface OutlineRow {
  readonly id: string;
  readonly kind: 'rule' | 'forbid';
  readonly file: string;
  readonly line: number;
  readonly message: string | null;
  readonly hint: string | null;
  readonly groups: readonly string[] | null;
}

/** Each policy in a line: what it does, and what people and agents are told. */
export function Outline({ rows }: { rows: readonly OutlineRow[] }) {
  return (
    <ul aria-label="Policies" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {rows.map((row) => (
        <li
          key={`${row.file} ${row.id}`}
          className="grid min-h-9 items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm md:grid-cols-[9rem_14rem_minmax(0,1fr)_auto]"
        >
          <Kind row={row} />
          <code className="font-mono text-xs [overflow-wrap:anywhere]">
            <InertText text={row.id} />
          </code>
          <span className="min-w-0 flex-1 text-ink-soft">
            {row.message ? <InertText text={row.message} /> : null}
            {row.hint ? (
              <span className="block text-xs text-ink-faint">
                <InertText text={row.hint} />
              </span>
            ) : null}
          </span>
          <span className="font-mono text-xs text-ink-faint">
            {row.file}:{row.line}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Kind({ row }: { row: OutlineRow }) {
  if (row.kind === 'forbid') {
    return (
      <Badge tone="negative" icon={<Ban />}>
        denies
      </Badge>
    );
  }
  if (row.groups) {
    return (
      <Badge tone="pending" icon={<Hand />}>
        holds for {row.groups.length > 0 ? row.groups.join(' and ') : 'any approver'}
      </Badge>
    );
  }
  return (
    <Badge tone="neutral" icon={<ShieldCheck />}>
      limits
    </Badge>
  );
}
