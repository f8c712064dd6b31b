import { Flag } from 'lucide-react';
import type { ApproverHealth, HealthFigures } from '#lib/approvals/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount, formatSeconds } from '../ui/number.tsx';
import { Section } from '../ui/section.tsx';

function seconds(ms: number | null): string {
  return ms === null ? '–' : formatSeconds(ms / 1000);
}

function percent(rate: number | null): string {
  return rate === null ? '–' : `${Math.round(rate * 100)} %`;
}

const figures: readonly Column<HealthFigures>[] = [
  { key: 'answers', head: 'Answers', align: 'right', cell: (row) => formatCount(row.answers) },
  { key: 'approved', head: 'Approved', align: 'right', cell: (row) => percent(row.approveRate) },
  {
    key: 'time',
    head: 'Time to answer',
    align: 'right',
    from: 'sm',
    cell: (row) => seconds(row.medianMsToDecide),
  },
  {
    key: 'look',
    head: 'Looked at it',
    align: 'right',
    from: 'md',
    cell: (row) => seconds(row.medianDwellMs),
  },
  {
    key: 'fast',
    head: 'Under 3 s',
    align: 'right',
    from: 'sm',
    cell: (row) =>
      row.fast === 0 ? (
        <span className="text-ink-faint">0</span>
      ) : (
        <span className="inline-flex items-center gap-1 text-pending">
          <Flag aria-hidden="true" className="size-3" /> {formatCount(row.fast)}
        </span>
      ),
  },
];

/** Medians of the time, by person and by the rule that asked. */
export function HealthTables({ health }: { health: ApproverHealth }) {
  return (
    <>
      <Section title="People">
        {health.people.length === 0 ? (
          <p className="text-sm text-ink-soft">Nobody answered in this time.</p>
        ) : (
          <DataTable
            label="People"
            rows={health.people}
            idOf={(row) => row.person.id}
            columns={[
              { key: 'person', head: 'Person', grow: true, cell: (row) => row.person.name },
              ...figures,
            ]}
          />
        )}
      </Section>
      <Section title="Rules">
        {health.rules.length === 0 ? (
          <p className="text-sm text-ink-soft">No rule asked in this time.</p>
        ) : (
          <DataTable
            label="Rules"
            rows={health.rules}
            idOf={(row) => row.rule}
            columns={[
              {
                key: 'rule',
                head: 'Rule',
                grow: true,
                cell: (row) => <code className="font-mono text-xs">{row.rule}</code>,
              },
              { key: 'asked', head: 'Asked', align: 'right', cell: (row) => formatCount(row.asked) },
              {
                key: 'unanswered',
                head: 'Unanswered',
                align: 'right',
                from: 'md',
                cell: (row) => formatCount(row.unanswered),
              },
              ...figures,
            ]}
          />
        )}
      </Section>
    </>
  );
}
