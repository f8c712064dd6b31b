import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';
import { reasonCharsMax } from '#lib/core/limits';
import { grantSources } from '#lib/grants/model';
import { grantScope } from '#lib/grants/schema';
import { actions } from '#lib/policies/model';
import { itemChoices, itemStates } from './model.ts';

const ids = z.array(idInput).min(1).max(1_000).nullable();

export const scopeInput = z.strictObject({
  agentIds: ids.default(null),
  resourceIds: ids.default(null),
  environments: z
    .array(z.enum(['production', 'staging', 'development']))
    .min(1)
    .nullable()
    .default(null),
  sources: z.array(z.enum(grantSources)).min(1).nullable().default(null),
  privilegedOnly: z.boolean().default(false),
});

export const rulesInput = z.strictObject({
  securityGroup: z.string().min(1).max(100),
  fallbackPersonId: idInput.nullable(),
  spotCheckShare: z.number().min(0).max(1).default(0.1),
});

const draftShape = {
  name: z.string().trim().min(1).max(120),
  scope: scopeInput,
  periodFrom: z.date(),
  periodTo: z.date(),
  rules: rulesInput,
  dueInBusinessDays: z.int().min(1).max(90),
  riskAnalysis: z.string().trim().min(1, 'say which risk analysis this rests on').max(20_000),
};

const forwards = (input: { periodFrom: Date; periodTo: Date }) => input.periodFrom < input.periodTo;
const backwards = { path: ['periodTo'], message: 'the period ends before it begins' };

export const draftInput = z.strictObject(draftShape);
export const createCampaignInput = z
  .strictObject({ ...draftShape, repeats: z.enum(['quarterly', 'half-yearly', 'yearly']).optional() })
  .refine(forwards, backwards);
export const changeDraftInput = z
  .strictObject({ ...draftShape, campaignId: idInput })
  .refine(forwards, backwards);
export const discardInput = z.strictObject({ campaignId: idInput, reason: reasonInput });

/** A proposal's terms may be handed over as they are: its end is the grant's own. */
const terms = z.object({
  actions: z.array(z.enum(actions)).min(1).max(actions.length),
  scope: grantScope,
});

export const decideInput = z.strictObject({
  itemId: idInput,
  choice: z.enum(itemChoices),
  reason: z.string().trim().max(reasonCharsMax).optional(),
  reducedTo: terms.optional(),
  dwellMs: z.int().min(0).max(86_400_000).optional(),
  evidenceOpened: z.array(z.string().max(200)).max(500).optional(),
});

export const bulkInput = z.array(decideInput);

export const delegateInput = z.strictObject({ itemId: idInput, toPersonId: idInput, reason: reasonInput });

export const exceptionInput = z
  .strictObject({
    campaignId: idInput,
    itemId: idInput.optional(),
    grantId: idInput.optional(),
    reason: reasonInput,
    endsAt: z.date(),
  })
  .refine((input) => (input.itemId === undefined) !== (input.grantId === undefined), {
    message: 'name the item, or before launch the grant',
  });

export const listItemsInput = z.strictObject({
  campaignId: idInput,
  mine: z.boolean().optional(),
  state: z.enum(itemStates).optional(),
  privileged: z.boolean().optional(),
  agentId: idInput.optional(),
  resourceId: idInput.optional(),
  evidenceGroup: z.string().max(64).optional(),
  search: z.string().trim().max(200).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.int().min(1).max(200).default(50),
});

export const proposeInput = z.strictObject({
  itemId: idInput,
  generalisation: z.enum(['table', 'schema']).default('table'),
});

export const replayInput = z.strictObject({ itemId: idInput, terms });

export const sandboxKeepInput = z.strictObject({ itemId: idInput, reason: reasonInput });
export const endSeriesInput = z.strictObject({ seriesId: idInput, reason: reasonInput });

const holidaysMax = 1_000;

export const holidaysInput = z.strictObject({
  holidays: z
    .array(
      z.strictObject({ day: z.iso.date('a day like 2026-12-25'), name: z.string().trim().min(1).max(100) }),
    )
    .max(holidaysMax),
});

export const acceptRemovalInput = z.strictObject({
  removalId: idInput,
  reference: z.string().trim().min(1, 'say where it is found').max(500),
  note: z.string().trim().max(reasonCharsMax).optional(),
});

export const campaignInput = z.strictObject({ campaignId: idInput });

export const spotAnswerInput = z
  .strictObject({
    itemId: idInput,
    outcome: z.enum(['agree', 'disagree']),
    reason: z.string().trim().max(reasonCharsMax).optional(),
    dwellMs: z.int().min(0).max(86_400_000).optional(),
    evidenceOpened: z.array(z.string().max(200)).max(500).optional(),
  })
  .refine((input) => input.outcome === 'agree' || Boolean(input.reason), {
    path: ['reason'],
    message: 'say what is wrong with keeping it',
  });

export const spotAssignInput = z.strictObject({
  itemId: idInput,
  toPersonId: idInput,
  reason: reasonInput,
});

export const signInput = z.strictObject({
  campaignId: idInput,
  signedInAt: z.date(),
  memo: z.string().trim().max(20_000).optional(),
});
