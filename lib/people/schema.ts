import { z } from 'zod';
import { roles } from '#lib/auth/actor';
import { idInput, machineName } from '#lib/core/input';

const name = z.string().trim().min(1).max(200);
export const email = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());

export const newPerson = z.strictObject({
  name,
  email,
  roles: z.array(z.enum(roles)).max(roles.length).default([]),
  groupIds: z.array(idInput).max(100).default([]),
});
export type NewPerson = z.input<typeof newPerson>;

export const personChange = z.strictObject({
  personId: idInput,
  name: name.optional(),
  roles: z.array(z.enum(roles)).max(roles.length).optional(),
  groupIds: z.array(idInput).max(100).optional(),
  /** true: has left; false: is back. */
  left: z.boolean().optional(),
});
export type PersonChange = z.input<typeof personChange>;

export const newGroup = z.strictObject({ name: machineName });
export type NewGroup = z.input<typeof newGroup>;

export const groupChange = z.strictObject({
  groupId: idInput,
  personIds: z.array(idInput).max(1000).optional(),
  agentIds: z.array(idInput).max(1000).optional(),
});
export type GroupChange = z.input<typeof groupChange>;

export const signIn = z.object({
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(500),
  email: z.string().max(254).nullable(),
  emailVerified: z.boolean(),
  name: z.string().max(200).nullable(),
  /** Of the ID token; `roles` (or `groups` by configuration) may name roles. */
  claims: z.record(z.string(), z.unknown()),
});
export type SignIn = z.input<typeof signIn>;
