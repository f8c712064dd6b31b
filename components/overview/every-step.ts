import type { DecisionPoint } from './decision-chart.tsx';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A point for every hour or UTC day of the range: a quiet day is shown as one, not left out. */
export function everyStep(
  points: readonly DecisionPoint[],
  range: { readonly from: Date; readonly to: Date },
  hourly: boolean,
): readonly DecisionPoint[] {
  const stepMs = hourly ? hourMs : dayMs;
  const known = new Map(points.map((point) => [floor(new Date(point.at).getTime(), stepMs), point]));
  const steps: DecisionPoint[] = [];
  for (let at = floor(range.from.getTime(), stepMs); at <= range.to.getTime(); at += stepMs) {
    const point = known.get(at);
    steps.push(point ?? { at: new Date(at).toISOString(), allowed: 0, held: 0, denied: 0 });
  }
  return steps;
}

function floor(at: number, stepMs: number): number {
  return at - (at % stepMs);
}
