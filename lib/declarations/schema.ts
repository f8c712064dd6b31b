import { z } from 'zod';
import { roles } from '#lib/auth/actor';
import { httpsOrLoopback, machineName, reasonInput } from '#lib/core/input';
import { grantActions, grantScope } from '#lib/grants/schema';
import { signingAlgorithms } from '#lib/identity/model';
import { maskKinds } from '#lib/masking/model';
import { maskOptions, optionFaults, saidOptions } from '#lib/masking/schema';
import { loginKinds } from '#lib/resources/model';
import { columnName, resourceSettings } from '#lib/resources/schema';

// The shape of an access.yaml. Keys that are not named here are refused.

/** A key with nothing after it, as when every entry is commented out, is an empty list. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

const email = z
  .email('an e-mail address')
  .max(254)
  .transform((value) => value.toLowerCase());
const issuer = z.strictObject({
  name: machineName,
  issuer: httpsOrLoopback,
  audience: z.string().min(1).max(500),
  jwks: httpsOrLoopback.optional(),
  algorithms: listOf(z.enum(signingAlgorithms)),
  single_use: z.boolean().default(false),
});

const claimText = z.union([z.string().min(1).max(500), z.number(), z.boolean()]).transform(String);

const agent = z.strictObject({
  name: machineName,
  owner: email,
  sponsor: email.optional(),
  match: z.strictObject({
    issuer: machineName,
    claims: z
      .record(z.string().min(1).max(100), claimText)
      .refine((claims) => Object.keys(claims).length > 0, 'at least one claim must match'),
  }),
  groups: listOf(machineName),
  repository: z.string().min(1).max(500).optional(),
  pipeline: z.string().min(1).max(500).optional(),
});

const mask = z
  .strictObject({
    columns: z.array(columnName).min(1).max(1_000),
    mask: z.enum(maskKinds),
    lookup: z.enum(['none', 'equality']).default('none'),
    ...maskOptions.shape,
  })
  .superRefine(({ mask: kind, lookup, columns: _, ...options }, context) => {
    for (const { name, message } of optionFaults(options, kind, lookup)) {
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform(({ columns, mask: kind, lookup, ...options }) => ({
    columns,
    mask: kind,
    lookup,
    options: saidOptions(options),
  }));

const secret = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

const resource = z.strictObject({
  name: machineName,
  kind: z.enum(['postgres', 'kubernetes', 'ssh', 'http']),
  environment: z.enum(['production', 'staging', 'development']),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\s/@]+$/, 'a host name or address'),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1).max(63).optional(),
  user: z.string().min(1).max(63).optional(),
  password: secret.optional(),
  tls: z.enum(['disable', 'require', 'verify-full']).default('verify-full'),
  ca: z.strictObject({ file: z.string().min(1) }).optional(),
  certificate: z.strictObject({ file: z.string().min(1) }).optional(),
  certificate_key: secret.optional(),
  login: z.enum(loginKinds).optional(),
  roles: resourceSettings.shape.roles,
  connections_max: resourceSettings.shape.connectionsMax,
  function_calls: resourceSettings.shape.functionCalls,
  detect: resourceSettings.shape.detect,
  durability: z.enum(['process', 'disk']).default('process'),
  owner: email.optional(),
  approvers: z.array(machineName).optional(),
  masks: listOf(mask),
});

const day = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A day ends at 24:00 UTC. A moment with its zone (RFC 3339) stands for itself. */
const until = z.string().transform((text, context) => {
  const match = day.exec(text);
  const at = match
    ? new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + 1))
    : new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : Number.NaN);
  const real = !Number.isNaN(at.getTime()) && at.getUTCFullYear() < 10_000;
  // 2027-02-30 is no day: it would roll over into March.
  if (!real || (match && new Date(at.getTime() - 1).toISOString().slice(0, 10) !== text)) {
    context.addIssue({ code: 'custom', message: 'a day like 2027-12-31' });
    return z.NEVER;
  }
  return at;
});

const grant = z.strictObject({
  agent: machineName,
  resource: machineName,
  actions: grantActions,
  on: grantScope,
  reason: reasonInput,
  until: until.nullable().default(null),
});

const person = z.strictObject({
  email,
  name: z.string().trim().min(1).max(200).optional(),
  roles: listOf(z.enum(roles)),
  groups: listOf(machineName),
});

export const declarationSchema = z.strictObject({
  issuers: listOf(issuer),
  agents: listOf(agent),
  resources: listOf(resource),
  grants: listOf(grant),
  policies: z
    .array(z.strictObject({ file: z.string().min(1) }))
    .min(1)
    .nullish()
    .transform((files) => files ?? undefined),
  groups: listOf(z.strictObject({ name: machineName })),
  people: listOf(person),
});

export type Declaration = z.output<typeof declarationSchema>;
export type DeclaredSecret = z.output<typeof secret>;
