import type { KeyObject } from 'node:crypto';
import { expireAccessRequests } from '#lib/access-requests/index';
import { forgetTokens } from '#lib/agents/index';
import { escalateUnanswered, expireDue } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { findAll } from '#lib/findings/index';
import { endDueGrants } from '#lib/grants/index';
import { type NoteVerifier, publishCheckpoint, sequenceEntries } from '#lib/ledger/index';
import { type Delivering, deliverDue } from '#lib/outbox/index';
import { expireProposals } from '#lib/proposals/index';
import { applyRetention } from '#lib/retention/index';
import {
  advanceRemovals,
  drawDueSpotChecks,
  makeDueCampaigns,
  recordDrift,
  remindReviewers,
} from '#lib/reviews/index';
import { closeLostWorkers, indexStatements, reportRefusals } from '#lib/sessions/index';
import { copyCheckpoint } from './checkpoint-copies.ts';
import type { Keeping } from './keeping.ts';
import { ensurePartitions } from './partitions.ts';

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (context: Context) => Promise<unknown>;
}

const second = 1_000;
const minute = 60 * second;

export interface Signing {
  readonly signingKey: KeyObject;
  /** Keys of earlier checkpoints, where it was changed. */
  readonly earlier: readonly NoteVerifier[];
}

/** Everything that happens without anybody asking. Each verb is safe to run twice at once. */
export function jobTable(
  { signingKey, earlier }: Signing,
  delivering: Delivering,
  keeping: Keeping,
): readonly Job[] {
  return [
    // Invariant 7: an entry has its place at most a second after it was written.
    { name: 'sequencer', everyMs: second / 2, run: ({ db }) => sequenceEntries(db) },
    { name: 'approval expiry', everyMs: second, run: (context) => expireDue(context) },
    { name: 'access requests', everyMs: minute, run: (context) => expireAccessRequests(context) },
    { name: 'proposals', everyMs: minute, run: (context) => expireProposals(context) },
    { name: 'approval escalation', everyMs: 5 * second, run: (context) => escalateUnanswered(context) },
    // Invariant 4: a grant's end cuts live sessions within a second.
    { name: 'grant ends', everyMs: second / 2, run: (context) => endDueGrants(context) },
    {
      name: 'checkpoint',
      everyMs: minute,
      run: ({ db, clock }) => publishCheckpoint(db, signingKey, { clock, earlier }),
    },
    // A minute behind the checkpoints themselves, at most.
    { name: 'checkpoint copies', everyMs: minute / 2, run: ({ db }) => copyCheckpoint(db, keeping.copies) },
    {
      name: 'retention',
      everyMs: 10 * minute,
      run: (context) => applyRetention(context, keeping.policy, keeping.stores),
    },
    { name: 'lost workers', everyMs: 10 * second, run: (context) => closeLostWorkers(context) },
    // Refusals before authentication: one entry for each source, cause and minute.
    { name: 'refusals', everyMs: 5 * second, run: (context) => reportRefusals(context) },
    { name: 'used tokens', everyMs: 10 * minute, run: ({ db, clock }) => forgetTokens(db, clock.now()) },
    { name: 'outbox', everyMs: second, run: (context) => deliverDue(context, delivering) },
    { name: 'removals', everyMs: 5 * second, run: (context) => advanceRemovals(context) },
    { name: 'second looks', everyMs: 10 * second, run: (context) => drawDueSpotChecks(context) },
    { name: 'drift', everyMs: 5 * minute, run: (context) => recordDrift(context) },
    { name: 'next reviews', everyMs: 10 * minute, run: (context) => makeDueCampaigns(context) },
    { name: 'reminders', everyMs: 10 * minute, run: (context) => remindReviewers(context) },
    { name: 'findings', everyMs: 5 * minute, run: (context) => findAll(context) },
    { name: 'statement index', everyMs: minute, run: (context) => indexStatements(context) },
    {
      name: 'statement partitions',
      everyMs: 60 * minute,
      run: ({ db, clock }) => ensurePartitions(db, clock.now()),
    },
  ];
}
