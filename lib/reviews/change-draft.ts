import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { Json } from '#lib/core/canonical-json';
import { changesOf } from '#lib/core/changes';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { addBusinessDays } from './business-days.ts';
import { type CampaignTermsInput, requireSoundTerms } from './campaign-terms.ts';
import { holidaySet } from './clock/holidays.ts';
import type { CampaignState } from './model.ts';
import { whyNoDraft } from './rules.ts';
import { changeDraftInput } from './schema.ts';

export interface ChangeDraft extends CampaignTermsInput {
  readonly campaignId: string;
}

/** Says anew what a draft is about; its clock starts again. The series that it came from stays as it is. */
export async function changeDraft(context: Context, input: ChangeDraft): Promise<void> {
  const { actor } = context;
  requirePermission(actor, 'campaign.run');
  const { campaignId, dueInBusinessDays, ...terms } = parseInput(changeDraftInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const before = await lockDraft(tx, campaignId);
    await requireSoundTerms(tx, terms, now);
    const dueAt = addBusinessDays(now, dueInBusinessDays, await holidaySet(tx));
    const changed = fromTo(before, { ...terms, dueAt });
    if (Object.keys(changed).every((name) => name === 'dueAt' && sameDay(before.dueAt, dueAt))) {
      throw conflict('The draft is the same as before.');
    }
    await tx.campaign.update({ where: { id: campaignId }, data: { ...terms, dueAt } });
    await appendEntry(tx, {
      actor,
      action: 'campaign.changed',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${actor.name} changed the draft of the review ${terms.name}`,
      payload: { changed },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaignId });
  });
}

/** The draft, locked until the transaction ends. Throws `conflict` once it is none any more. */
export async function lockDraft(tx: Tx, campaignId: string) {
  const [locked] = await tx.$queryRaw<{ state: CampaignState }[]>`
    SELECT state FROM campaign WHERE id = ${campaignId} FOR UPDATE`;
  if (!locked) throw notFound('There is no such campaign.');
  const why = whyNoDraft(locked.state);
  if (why !== null) throw conflict(why);
  return tx.campaign.findUniqueOrThrow({ where: { id: campaignId } });
}

const named = ['name', 'scope', 'rules', 'periodFrom', 'periodTo', 'dueAt', 'riskAnalysis'] as const;
type Named = Record<(typeof named)[number], unknown>;

/** From and to of everything that differs, for the entry. */
function fromTo(before: Named, after: Named): Record<string, Json> {
  const was = plain(before);
  const changed = Object.entries(changesOf(plain(after), was));
  return Object.fromEntries(changed.map(([name, to]) => [name, { from: was[name] ?? null, to }]));
}

function plain(terms: Named): Record<string, Json> {
  const entries = named.map((name) => [name, terms[name]] as const);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : (value as Json)]),
  );
}

function sameDay(a: Date, b: Date): boolean {
  return a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10);
}
