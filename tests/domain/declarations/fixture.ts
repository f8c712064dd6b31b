import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll } from 'vitest';
import { heldClock } from '#lib/core/clock';
import { isCountersignError } from '#lib/core/errors';
import { applyDeclaration, type Plan, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { personActor } from '#lib/people/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

// A control database for the tests of one file, and the declaration that they change.

export const key = { id: 'test', bytes: new Uint8Array(randomBytes(32)) };
export const clock = heldClock(new Date('2026-11-24T08:00:00Z'));
export let control: ControlDatabase;
export let policies: string;

beforeAll(async () => {
  control = await createControlDatabase();
  policies = await readFile('policies/defaults.cedar', 'utf8');
});
afterAll(() => control.drop());

export const declared = `
issuers:
  - { name: local, issuer: "http://localhost:4400", audience: countersign }
agents:
  - { name: migrator, owner: ada@example.com, match: { issuer: local, claims: { sub: migrator } } }
resources:
  - name: shop
    kind: postgres
    environment: production
    host: 127.0.0.1
    port: 5432
    database: shop
    user: shop_owner
    password: { env: SHOP_PASSWORD }
    tls: disable
    owner: grace@example.com
    masks:
      - { columns: ["public.customers.email"], mask: partial, lookup: equality }
      - { columns: ["public.customers.ssn", "public.payments.card_number"], mask: fixed }
grants:
  - { agent: migrator, resource: shop, actions: [read, write, schema], on: ["public.*"], reason: "schema migrations", until: 2027-12-31 }
policies:
  - file: policies/defaults.cedar
groups:
  - { name: dba }
people:
  - { email: ada@example.com, roles: [admin] }
  - { email: grace@example.com, roles: [owner, approver], groups: [dba] }
  - { email: linus@example.com, roles: [auditor] }
`;

export interface Options {
  readonly as?: string;
  readonly password?: string;
  readonly policies?: string;
  readonly dryRun?: boolean;
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

export async function apply(text: string, options: Options = {}): Promise<Plan> {
  const file = readDeclaration('access.yaml', text);
  const input = {
    file,
    passwords: new Map([['shop', options.password ?? 'hunter2']]),
    caCertificates: new Map(),
    certificates: new Map(options.certificate ? [['shop', options.certificate.certificate]] : []),
    certificateKeys: new Map(options.certificate ? [['shop', options.certificate.key]] : []),
    policyFiles: file.declaration.policies && [
      { name: 'defaults.cedar', text: options.policies ?? policies },
    ],
    key,
  };
  const context = { db: control.db, clock };
  const applying = { input, as: options.as ?? null };
  const plan = await planDeclaration(context, applying);
  if (!options.dryRun) await applyDeclaration(context, applying, plan);
  return plan;
}

export const said = (plan: Plan) =>
  plan.changes.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`);

export async function faultsOf(text: string, options: Options = {}): Promise<string[]> {
  try {
    await apply(text, options);
    return [];
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return error.details.length > 0
      ? error.details.map(({ at, message }) => `${at}: ${message}`)
      : [error.message];
  }
}

export async function actorOf(email: string) {
  const { personId } = await control.db.account.findUniqueOrThrow({ where: { email } });
  const actor = await personActor({ db: control.db }, personId);
  if (actor === null) throw new Error(`${email} is not here`);
  return actor;
}
