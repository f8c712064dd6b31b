import { z } from 'zod';
import { dotted, splitName } from '#lib/core/dotted-name';
import { idInput, machineName, reasonInput } from '#lib/core/input';
import { detectorNames, maskKinds } from '#lib/masking/model';
import { maskOptions, optionFaults } from '#lib/masking/schema';
import { environments, loginKinds, resourceKinds, tlsModes } from './model.ts';

const identifier = z.string().min(1).max(63);

/** Sessions of one agent: more than this is no limit that a target survives. */
const connectionsMaxMost = 10_000;

/** `schema.name` as the catalog spells it, quoted only where it must be. */
const functionName = z
  .string()
  .max(200)
  .refine((name) => splitName(name)?.length === 2 && !name.includes('*'), 'schema.function, or large_objects')
  .transform((name) => dotted(...(splitName(name) ?? []).map(({ text }) => text)));

export const resourceSettings = z.strictObject({
  login: z.enum(loginKinds).optional(),
  roles: z.record(z.union([machineName, z.literal('*')]), identifier).optional(),
  connectionsMax: z.int().min(1).max(connectionsMaxMost).optional(),
  functionCalls: z
    .array(z.union([z.literal('large_objects'), functionName]))
    .max(100)
    .optional(),
  detect: z.array(z.enum(detectorNames)).max(detectorNames.length).optional(),
});

const terms = {
  environment: z.enum(environments),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\s/@]+$/, 'a host name or address'),
  port: z.int().min(1).max(65535),
  database: z.string().min(1).max(63).nullish(),
  username: z.string().min(1).max(63).nullish(),
  /** Write-only. Absent: unchanged; null: removed. */
  password: z.string().min(1).max(10_000).nullish(),
  caCertificate: z.string().max(100_000).nullish(),
  tlsCertificate: z.string().max(100_000).nullish(),
  /** Write-only, like the password. */
  tlsKey: z.string().min(1).max(100_000).nullish(),
  settings: resourceSettings.optional(),
  ownerId: idInput.nullish(),
  approverGroupIds: z.array(idInput).max(50).optional(),
};

export const newResource = z.strictObject({
  name: machineName,
  kind: z.enum(resourceKinds),
  ...terms,
  tls: z.enum(tlsModes).default('verify-full'),
  durability: z.enum(['process', 'disk']).default('process'),
});
export type NewResource = z.input<typeof newResource>;

export const resourceChange = z
  .strictObject({
    ...terms,
    tls: z.enum(tlsModes),
    durability: z.enum(['process', 'disk']),
  })
  .partial()
  .extend({ resourceId: idInput });
export type ResourceChange = z.input<typeof resourceChange>;

export const resourceEnd = z.strictObject({
  resourceId: idInput,
  reason: reasonInput,
});
export type ResourceEnd = z.input<typeof resourceEnd>;

/** `schema.table.column` as the catalog spells it; a part with a dot or a quote in it stands in double quotes. */
export const columnName = z
  .string()
  .max(200)
  .refine((name) => splitName(name)?.length === 3 && !name.includes('*'), 'schema.table.column')
  // One spelling for one column: quotes only where they are needed.
  .transform((name) => dotted(...(splitName(name) ?? []).map(({ text }) => text)));

export const newMask = z
  .strictObject({
    resourceId: idInput,
    column: columnName,
    kind: z.enum(maskKinds),
    lookup: z.enum(['none', 'equality']).default('none'),
    options: maskOptions.default({}),
    /** Why, as the catalog shows it. */
    reason: z.string().trim().max(500).nullish(),
  })
  .superRefine(({ kind, lookup, options }, context) => {
    for (const { name, message } of optionFaults(options, kind, lookup)) {
      context.addIssue({ code: 'custom', path: ['options', name], message });
    }
  });
export type NewMask = z.input<typeof newMask>;

export const maskChange = z.strictObject({
  maskId: idInput,
  kind: z.enum(maskKinds).optional(),
  lookup: z.enum(['none', 'equality']).optional(),
  /** All of them: what is left out is unset. Absent: unchanged. */
  options: maskOptions.optional(),
});
export type MaskChange = z.input<typeof maskChange>;

export const maskEnd = z.strictObject({
  maskId: idInput,
  reason: reasonInput,
});
export type MaskEnd = z.input<typeof maskEnd>;
