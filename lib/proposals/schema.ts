import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';
import { groupChange, newPerson, personChange } from '#lib/people/schema';
import { maskChange, maskEnd } from '#lib/resources/schema';
import { proposalStates } from './model.ts';

export const proposalInput = z.intersection(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('person.create'), input: newPerson }),
    z.object({ kind: z.literal('person.change'), input: personChange }),
    z.object({ kind: z.literal('group.change'), input: groupChange }),
    z.object({ kind: z.literal('mask.change'), input: maskChange }),
    z.object({ kind: z.literal('mask.end'), input: maskEnd }),
  ]),
  z.object({ reason: reasonInput.optional() }),
);
export type ProposalInput = z.input<typeof proposalInput>;
export type ProposedChange = z.output<typeof proposalInput>;

export const consentInput = z.strictObject({ proposalId: idInput });
export type ConsentInput = z.input<typeof consentInput>;

export const declineInput = z.strictObject({ proposalId: idInput, reason: reasonInput });
export type DeclineInput = z.input<typeof declineInput>;

export const proposalFilter = z.strictObject({
  state: z.enum(proposalStates).optional(),
  limit: z.int().min(1).max(200).default(100),
});
export type ProposalFilter = z.input<typeof proposalFilter>;
