import type { Actor, Role } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { type Clock, heldClock } from '#lib/core/clock';
import { newId } from '#lib/core/ids';
import type { Db } from '#lib/db/client';
import type { Action } from '#lib/policies/model';

/** The people of these tests: who owns, approves, reviews and audits. */
const people = {
  ada: ['admin'],
  barbara: ['approver'],
  alan: ['approver'],
  grace: ['owner'],
  edsger: [],
  radia: [],
  linus: ['auditor'],
  margaret: ['admin', 'approver'],
} as const satisfies Record<string, readonly Role[]>;

export type PersonName = keyof typeof people;

export interface World {
  readonly db: Db;
  readonly clock: ReturnType<typeof heldClock>;
  readonly ids: Readonly<Record<PersonName, string>>;
  readonly groups: Readonly<Record<'dba' | 'security', string>>;
  readonly agentId: string;
  readonly resourceId: string;
  /** A context in which this person acts, on the world's database or another connection. */
  as(name: PersonName, db?: Db): Context;
  by(actor: Actor, db?: Db): Context;
  addAgent(name: string, owner?: PersonName | null, sponsor?: PersonName | null): Promise<string>;
  addGrant(grant: Partial<NewGrant>): Promise<string>;
  addSession(session?: Partial<NewSession>): Promise<string>;
}

export interface NewGrant {
  agentId: string;
  resourceId: string;
  actions: readonly Action[];
  scope: readonly string[];
  reason: string;
  createdBy: PersonName;
  startsAt: Date;
  endsAt: Date | null;
  source: string;
}

export interface NewSession {
  agentId: string;
  grantIds: readonly string[];
  owner: PersonName | null;
  state: string;
  claims: Record<string, string>;
  startedAt: Date;
  denied: number;
  held: number;
}

export const worker: Actor = { kind: 'worker', id: 'wrk_test', name: 'worker' };
export const job: Actor = { kind: 'job', name: 'jobs' };
export const sandbox: Actor = { kind: 'sandbox', name: 'sandbox' };

/** One agent `migrator` of Ada's on Grace's production database `shop`, and everybody around it. */
export async function createWorld(db: Db, start = new Date('2026-11-24T09:00:00.000Z')): Promise<World> {
  const clock = heldClock(start);
  const ids = await addPeople(db);
  const groups = { dba: newId('group'), security: newId('group') };
  await db.group.createMany({
    data: [
      { id: groups.dba, name: 'dba' },
      { id: groups.security, name: 'security' },
    ],
  });
  await db.groupPerson.createMany({
    data: [
      { groupId: groups.dba, personId: ids.barbara },
      { groupId: groups.dba, personId: ids.alan },
      { groupId: groups.dba, personId: ids.margaret },
      { groupId: groups.security, personId: ids.edsger },
    ],
  });
  const issuerId = newId('issuer');
  await db.issuer.create({
    data: {
      id: issuerId,
      name: 'local',
      issuer: 'http://localhost:4400',
      audience: 'countersign',
      algorithms: [],
    },
  });
  const resourceId = newId('resource');
  await db.resource.create({
    data: {
      id: resourceId,
      name: 'shop',
      kind: 'postgres',
      environment: 'production',
      host: '127.0.0.1',
      port: 5432,
      ownerId: ids.grace,
    },
  });
  const addAgent = async (
    name: string,
    owner: PersonName | null = 'ada',
    sponsor: PersonName | null = null,
  ) => {
    const id = newId('agent');
    await db.agent.create({
      data: {
        id,
        name,
        issuerId,
        matchClaims: { sub: name },
        ownerId: owner && ids[owner],
        sponsorId: sponsor && ids[sponsor],
        createdAt: start,
      },
    });
    return id;
  };
  const agentId = await addAgent('migrator');
  return {
    db,
    clock,
    ids,
    groups,
    agentId,
    resourceId,
    as: (name, other = db) => contextOf(other, clock, personActor(name, ids[name])),
    by: (actor, other = db) => contextOf(other, clock, actor),
    addAgent,
    addGrant: (grant) => addGrant(db, { agentId, resourceId, ids, start }, grant),
    addSession: (session = {}) => addSession(db, { agentId, resourceId, ids, start }, session),
  };
}

interface Place {
  agentId: string;
  resourceId: string;
  ids: Readonly<Record<PersonName, string>>;
  start: Date;
}

async function addPeople(db: Db): Promise<Record<PersonName, string>> {
  const names = Object.keys(people) as PersonName[];
  const ids = Object.fromEntries(names.map((name) => [name, newId('person')])) as Record<PersonName, string>;
  await db.person.createMany({ data: names.map((name) => ({ id: ids[name], name })) });
  await db.account.createMany({
    data: names.map((name) => ({ id: newId('account'), personId: ids[name], email: `${name}@example.com` })),
  });
  await db.personRole.createMany({
    data: names.flatMap((name) =>
      people[name].map((role) => ({ personId: ids[name], role, source: 'page' })),
    ),
  });
  return ids;
}

function personActor(name: PersonName, id: string): Actor {
  return { kind: 'person', id, name, email: `${name}@example.com`, roles: people[name], groupIds: [] };
}

function contextOf(db: Db, clock: Clock, actor: Actor): Context {
  return { db, clock, actor };
}

async function addGrant(db: Db, place: Place, grant: Partial<NewGrant>): Promise<string> {
  const id = newId('grant');
  await db.grant.create({
    data: {
      id,
      agentId: grant.agentId ?? place.agentId,
      resourceId: grant.resourceId ?? place.resourceId,
      actions: [...(grant.actions ?? ['read', 'write'])],
      scope: [...(grant.scope ?? ['public.*'])],
      reason: grant.reason ?? 'schema migrations',
      createdById: place.ids[grant.createdBy ?? 'ada'],
      startsAt: grant.startsAt ?? new Date(place.start.getTime() - 90 * 86_400_000),
      createdAt: grant.startsAt ?? new Date(place.start.getTime() - 90 * 86_400_000),
      endsAt: grant.endsAt === undefined ? new Date('2027-12-31T00:00:00.000Z') : grant.endsAt,
      source: grant.source ?? 'countersign',
    },
  });
  return id;
}

async function addSession(db: Db, place: Place, session: Partial<NewSession>): Promise<string> {
  const id = newId('session');
  const owner = session.owner === undefined ? 'ada' : session.owner;
  await db.session.create({
    data: {
      id,
      agentId: session.agentId ?? place.agentId,
      resourceId: place.resourceId,
      workerId: 'wrk_test',
      grantIds: [...(session.grantIds ?? [])],
      ownerId: owner && place.ids[owner],
      issuer: 'http://localhost:4400',
      subject: 'migrator',
      claims: session.claims ?? { sub: 'migrator' },
      purpose: 'ticket SHOP-12',
      purposeTier: 'claimed',
      clientAddress: '127.0.0.1',
      policyVersion: 1,
      state: session.state ?? 'live',
      startedAt: session.startedAt ?? place.start,
      expiresAt: new Date((session.startedAt ?? place.start).getTime() + 3_600_000),
      denied: session.denied ?? 0,
      held: session.held ?? 0,
    },
  });
  return id;
}
