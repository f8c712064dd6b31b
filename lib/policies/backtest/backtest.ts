import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { compilePolicies, publishCheck, refuseErrors } from '../compile.ts';
import type { PolicyFile } from '../model.ts';
import { policyFilesInput } from '../policy-input.ts';
import { readActivePolicies } from '../versions.ts';
import { changesOf } from './changes.ts';
import { judgeTime } from './judge.ts';
import type { Backtest } from './model.ts';

const daysMax = 90;
const dayMs = 86_400_000;

const backtestInput = z.strictObject({
  files: policyFilesInput,
  days: z.number().int().min(1).max(daysMax),
});

export interface BacktestInput {
  readonly files: readonly PolicyFile[];
  /** 1 to 90. */
  readonly days: number;
}

/**
 * Decides the recorded statements of the last days twice, by the active version and by a draft, and
 * says which decisions change. Grants, purpose and time are those of the statement; groups and masks
 * are today's; freezes are left out. Throws `invalid` where the draft could not be published.
 */
export async function backtestPolicies(context: Context, input: BacktestInput): Promise<Backtest> {
  requirePermission(context.actor, 'session.list');
  const { files, days } = parseInput(backtestInput, input);
  refuseErrors(publishCheck(files));
  const active = await readActivePolicies(context.db);
  const to = context.clock.now();
  const from = new Date(to.getTime() - days * dayMs);
  const { judged, cutOff } = await judgeTime(
    context.db,
    { from, to },
    {
      now: compilePolicies(active?.files ?? [], active?.version ?? 0),
      draft: compilePolicies(files, (active?.version ?? 0) + 1),
    },
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const differing = judged.flatMap(({ known }) => known?.differing ?? []);
  const statements = sum(judged.map(({ group }) => group.count));
  const changed = sum(differing.map(({ group }) => group.count));
  const unknown = sum(judged.map(({ group, known }) => (known ? 0 : group.count)));
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    against: active?.version ?? null,
    statements,
    distinct: judged.length,
    changed,
    unknown,
    decidedOtherwise: sum(judged.map(({ known }) => known?.otherwise ?? 0)),
    ...(await changesOf(context.db, differing)),
    cutOff,
    sentence: sentenceOf(statements, changed, unknown, days),
  };
}

function sentenceOf(statements: number, changed: number, unknown: number, days: number): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const time = days === 1 ? 'of the last day' : `of the last ${days} days`;
  if (statements === 0) return `No statement ${time} is recorded: there is nothing to test against.`;
  const missing = unknown === 0 ? '' : ` ${number(unknown)} could not be decided again.`;
  const changes = changed === 0 ? 'none' : number(changed);
  return `Of ${number(statements)} statements ${time}, ${changes} would be decided otherwise.${missing}`;
}
