'use client';

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCount } from '../ui/number.tsx';

export interface DecisionPoint {
  /** ISO 8601 */
  readonly at: string;
  readonly allowed: number;
  readonly held: number;
  readonly denied: number;
}

const series = [
  { key: 'allowed', colour: 'var(--chart-allowed)' },
  { key: 'held', colour: 'var(--chart-held)' },
  { key: 'denied', colour: 'var(--chart-denied)' },
] as const;

/** Decisions over time. The table beside it (for readers that see no chart) holds the same numbers. */
export function DecisionChart({ points, hourly }: { points: readonly DecisionPoint[]; hourly: boolean }) {
  const label = (at: string) => (hourly ? `${at.slice(11, 13)}:00` : at.slice(5, 10));
  return (
    <div className="space-y-2">
      <ul className="flex gap-4 text-xs text-ink-soft">
        {series.map(({ key, colour }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2 rounded-sm" style={{ background: colour }} /> {key}
          </li>
        ))}
      </ul>
      <div aria-hidden="true" className="h-48">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 192 }}>
          <BarChart
            data={[...points]}
            margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="at"
              tickFormatter={label}
              tick={{ fill: 'var(--ink-faint)', fontSize: 11 }}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              minTickGap={24}
            />
            <YAxis
              allowDecimals={false}
              width={44}
              tick={{ fill: 'var(--ink-faint)', fontSize: 11 }}
              tickLine={false}
              axisLine={false}
              tickFormatter={(value: number) => formatCount(value)}
            />
            <Tooltip
              cursor={{ fill: 'var(--hover)' }}
              labelFormatter={(at) => `${String(at).slice(0, 16).replace('T', ' ')} UTC`}
              contentStyle={{
                background: 'var(--raised)',
                border: '1px solid var(--line)',
                borderRadius: 6,
                fontSize: 12,
                color: 'var(--ink)',
              }}
            />
            {series.map(({ key, colour }) => (
              <Bar
                key={key}
                dataKey={key}
                stackId="decisions"
                fill={colour}
                maxBarSize={28}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <Numbers points={points} />
    </div>
  );
}

/** The same numbers for readers that see no chart. */
function Numbers({ points }: { points: readonly DecisionPoint[] }) {
  return (
    <table className="sr-only">
      <caption>Decisions over time</caption>
      <thead>
        <tr>
          <th>From (UTC)</th>
          <th>Allowed</th>
          <th>Held</th>
          <th>Denied</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.at}>
            <td>{point.at}</td>
            <td>{point.allowed}</td>
            <td>{point.held}</td>
            <td>{point.denied}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
