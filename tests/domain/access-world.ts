import { createAgent, createIssuer } from '#lib/agents/index';
import type { Actor, PersonActor, Role } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { heldClock } from '#lib/core/clock';
import { newId } from '#lib/core/ids';
import { createGrant } from '#lib/grants/index';
import { createGroup, createPerson, personActor } from '#lib/people/index';
import type { Action } from '#lib/policies/model';
import { createResource } from '#lib/resources/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

/** People, an agent, a resource and a grant, made by the product's own verbs. */
export interface AccessWorld {
  readonly database: ControlDatabase;
  readonly clock: ReturnType<typeof heldClock>;
  readonly people: Readonly<Record<PersonName, PersonActor>>;
  readonly dba: string;
  readonly issuerId: string;
  readonly agentId: string;
  readonly resourceId: string;
  as(actor: Actor): Context;
  by(name: PersonName): Context;
  job(): Context;
  worker(id?: string): Context;
  grant(actions?: Action[], scope?: string[], endsAt?: Date | null): Promise<string>;
  agent(name: string): Promise<string>;
  entries(
    action: string,
    subjectId?: string,
  ): Promise<{ payload: unknown; summary: string; actorName: string }[]>;
}

/** `alan` answers for the resource, `bob` is an approver of nothing, `mallory` has no role. */
const cast = {
  ada: { roles: ['admin'], group: false },
  olga: { roles: ['owner'], group: false },
  otto: { roles: ['owner'], group: false },
  alan: { roles: ['approver'], group: true },
  bob: { roles: ['approver'], group: false },
  linus: { roles: ['auditor'], group: false },
  mallory: { roles: [], group: false },
} as const satisfies Record<string, { roles: readonly Role[]; group: boolean }>;

export type PersonName = keyof typeof cast;
export const personNames = Object.keys(cast) as PersonName[];

const root: PersonActor = {
  kind: 'person',
  id: 'per_root',
  name: 'Root',
  email: '',
  roles: ['admin'],
  groupIds: [],
};

export async function createAccessWorld(): Promise<AccessWorld> {
  const database = await createControlDatabase();
  const { db } = database;
  const clock = heldClock(new Date());
  const as = (actor: Actor): Context => ({ db, clock, actor, secondAdmin: 'sandbox' });
  const asRoot = as(root);
  const dba = (await createGroup(asRoot, { name: 'dba' })).id;
  const people: Partial<Record<PersonName, PersonActor>> = {};
  for (const name of personNames) {
    const { roles, group } = cast[name];
    const { id } = await createPerson(asRoot, {
      name,
      email: `${name}@example.com`,
      roles: [...roles],
      groupIds: group ? [dba] : [],
    });
    people[name] = (await personActor({ db }, id)) ?? root;
  }
  const everybody = people as Record<PersonName, PersonActor>;
  const { id: issuerId } = await createIssuer(asRoot, {
    name: 'local',
    issuer: 'http://localhost:4400',
    audience: 'countersign',
  });
  const agent = async (name: string) =>
    (await createAgent(asRoot, { name, ownerId: everybody.olga.id, issuerId, matchClaims: { sub: name } }))
      .id;
  const agentId = await agent('migrator');
  const { id: resourceId } = await createResource(
    asRoot,
    {
      name: 'shop',
      kind: 'postgres',
      environment: 'production',
      host: '127.0.0.1',
      port: 5432,
      database: 'shop',
      approverGroupIds: [dba],
    },
    null,
  );
  return {
    database,
    clock,
    people: everybody,
    dba,
    issuerId,
    agentId,
    resourceId,
    as,
    by: (name) => as(everybody[name]),
    job: () => as({ kind: 'job', name: 'test' }),
    worker: (id = 'wrk_test') => as({ kind: 'worker', id, name: 'worker' }),
    agent,
    async grant(actions = ['read', 'write'], scope = ['public.*'], endsAt = null) {
      const grant = { agentId, resourceId, actions, scope, reason: 'schema migrations', endsAt };
      return (await createGrant(as(everybody.ada), grant)).id;
    },
    entries: (action, subjectId) =>
      db.ledgerEntry.findMany({
        where: { action, ...(subjectId ? { subjectId } : {}) },
        orderBy: { id: 'asc' },
        select: { payload: true, summary: true, actorName: true },
      }),
  };
}

/** A live session of the world's agent, opened by a worker's verb. */
export async function openTestSession(
  world: AccessWorld,
  grantIds: readonly string[],
  options: { readonly agentId?: string; readonly resourceId?: string; readonly workerId?: string } = {},
): Promise<string> {
  const { openSession } = await import('#lib/sessions/index');
  const id = newId('session', world.clock.now());
  await openSession(world.worker(options.workerId), {
    id,
    agentId: options.agentId ?? world.agentId,
    resourceId: options.resourceId ?? world.resourceId,
    ownerId: world.people.olga.id,
    grantIds,
    issuer: 'http://localhost:4400',
    subject: 'migrator',
    tokenId: 'token-1',
    claims: { sub: 'migrator', run_id: '7' },
    purpose: { text: 'fix orders', tier: 'verified', source: 'claim:purpose' },
    clientAddress: '127.0.0.1',
    applicationName: null,
    upstreamUser: 'shop_owner',
    policyVersion: 1,
    startedAt: world.clock.now(),
    expiresAt: new Date(world.clock.now().getTime() + 3_600_000),
  });
  return id;
}
