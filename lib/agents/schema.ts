import { z } from 'zod';
import { httpsOrLoopback, idInput, machineName, reasonInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { signingAlgorithms } from '#lib/identity/model';
import { agentStates } from './model.ts';

export const matchClaims = z
  .record(z.string().min(1).max(100), z.string().min(1).max(500))
  .refine((claims) => Object.keys(claims).length > 0, 'at least one claim must match')
  .refine((claims) => Object.keys(claims).length <= 20, 'at most 20 claims');

export const agentFilter = z.strictObject({
  state: z.enum(agentStates).optional(),
  ownerId: idInput.optional(),
  ownerless: z.boolean().optional(),
  search: z.string().max(200).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});
export type AgentFilter = z.input<typeof agentFilter>;

export const newAgent = z.strictObject({
  name: machineName,
  ownerId: idInput,
  sponsorId: idInput.nullish(),
  issuerId: idInput,
  matchClaims,
  repository: z.string().max(500).nullish(),
  pipeline: z.string().max(500).nullish(),
});
export type NewAgent = z.input<typeof newAgent>;

export const agentChange = z.strictObject({
  agentId: idInput,
  ownerId: idInput.optional(),
  sponsorId: idInput.nullish(),
  issuerId: idInput.optional(),
  matchClaims: matchClaims.optional(),
  repository: z.string().max(500).nullish(),
  pipeline: z.string().max(500).nullish(),
  /** true: what it builds is gone; false: it is there again. */
  orphaned: z.boolean().optional(),
});
export type AgentChange = z.input<typeof agentChange>;

export const agentStateChange = z.strictObject({ agentId: idInput, reason: reasonInput });
export type AgentStateChange = z.input<typeof agentStateChange>;

const issuerTerms = {
  issuer: httpsOrLoopback,
  audience: z.string().min(1).max(500),
  jwksUri: httpsOrLoopback.nullish(),
  algorithms: z.array(z.enum(signingAlgorithms)),
  singleUse: z.boolean(),
};

export const newIssuer = z.strictObject({
  ...issuerTerms,
  name: machineName,
  algorithms: issuerTerms.algorithms.default([]),
  singleUse: issuerTerms.singleUse.default(false),
});
export type NewIssuer = z.input<typeof newIssuer>;

export const issuerChange = z.strictObject(issuerTerms).partial().extend({ issuerId: idInput });
export type IssuerChange = z.input<typeof issuerChange>;
