import { writesRows } from '../estimate.ts';
import type { Conversation } from './conversation.ts';
import { completed } from './effects.ts';
import { askPeople } from './held.ts';
import type { Judged } from './judged.ts';
import { refusalOf } from './refusing.ts';
import type { Refusal } from './replaced.ts';
import { rowsOf, type StatementRun } from './run.ts';

/** A write that policy allows only because the planner expects few rows, as it was shown. */
export interface EstimatedWrite {
  readonly text: string;
  readonly bound: readonly { readonly type: number; readonly value: string | null }[];
}

/**
 * Keeps a write's completion back until its real count is decided. It runs by the extended protocol,
 * where nothing is committed before the Sync: an error in between takes it back, in a client's own
 * transaction too.
 */
export class CountedWrite {
  readonly run: StatementRun;
  /** Its RETURNING went beyond a limit: it is taken back. */
  exceeded: Refusal | null = null;
  #completion: Buffer | null = null;
  #tag: string | null = null;

  constructor(run: StatementRun) {
    this.run = run;
  }

  /** True when it ran to its end, or as far as the client asked for its rows. */
  get ran(): boolean {
    return this.#completion !== null;
  }

  /** Rows that it wrote; null: the target did not say, since not all of its rows were fetched. */
  get rows(): number | null {
    return this.#tag === null ? null : rowsOf(this.#tag);
  }

  /** `tag` null: the portal is suspended. */
  keep(completion: Buffer, tag: string | null): void {
    this.#completion = Buffer.from(completion);
    this.#tag = tag;
  }

  /** Hands the completion on. */
  release(talk: Conversation): void {
    if (this.#completion === null || this.run.finished) return;
    talk.toClient.attribute(this.run);
    talk.toClient.message(this.#completion);
    talk.toClient.settle(this.#tag !== null);
    if (this.#tag === null) return;
    this.run.finish('completed', this.#tag, null);
    completed(talk, this.run.view);
  }
}

/** True for one write whose rows go to the agent up to a limit: beyond it, it must not stand. */
export function isTakenBack(talk: Conversation, { views, decision }: Judged): boolean {
  const [view] = views;
  if (view === undefined || views.length > 1 || !writesRows(view)) return false;
  const { outputs, outputsUnknown } = view.facts;
  return (outputs !== null || outputsUnknown) && talk.limits.quota(decision) !== null;
}

/**
 * Decides a write that ran and is not committed by its real count. Null: it may stand. An approval for
 * exactly this statement is used up; without one it is pending, and must be taken back.
 */
export async function judgeCount(
  talk: Conversation,
  counted: CountedWrite,
  judged: Judged,
  { text, bound }: EstimatedWrite,
): Promise<Refusal | null> {
  const { run, rows, exceeded } = counted;
  if (exceeded !== null) {
    run.finish('refused', null, { code: exceeded.code, message: exceeded.message });
    return exceeded;
  }
  await talk.ready();
  const decide = () => talk.judge.decide(judged.parsed, rows);
  const again = decide();
  if (again.decision.outcome === 'allow') return null;
  if (again.decision.outcome === 'deny') {
    const refusal = refusalOf(again);
    run.finish('refused', null, { code: refusal.code, message: refusal.message });
    return refusal;
  }
  const result = await askPeople(talk, { judged: again, text, bound, run, again: decide, counted: rows });
  return 'approved' in result ? null : result.refusal;
}

/** Waits for a write that was sent, and decides it. False: the target refused it, or it was refused now. */
export async function settleCounted(
  talk: Conversation,
  refuse: (refusal: Refusal) => void,
  counted: CountedWrite,
  judged: Judged,
  estimated: EstimatedWrite,
): Promise<boolean> {
  try {
    await talk.settle();
    if (!counted.ran) return false;
    const refusal = await judgeCount(talk, counted, judged, estimated);
    if (refusal !== null) refuse(refusal);
    return refusal === null;
  } catch (error) {
    counted.run.finish('unknown', null, null);
    throw error;
  }
}
