export interface Step {
  /** Business days after the launch. */
  readonly day: number;
  readonly kind: 'remind' | 'escalate';
}

/** Calendar of a campaign (reviews.md): reminders, then escalation to who runs it. */
export const steps: readonly Step[] = [
  { day: 3, kind: 'remind' },
  { day: 5, kind: 'remind' },
  { day: 6, kind: 'escalate' },
  { day: 7, kind: 'escalate' },
];

/** The latest step that is due after so many business days; null: none yet. */
export function lateStep(days: number): Step | null {
  return steps.findLast((step) => step.day <= days) ?? null;
}
