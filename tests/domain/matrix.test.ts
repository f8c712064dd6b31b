import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as agents from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import { isCountersignError } from '#lib/core/errors';
import * as grants from '#lib/grants/index';
import * as people from '#lib/people/index';
import * as policies from '#lib/policies/index';
import * as proposals from '#lib/proposals/index';
import { FileStore } from '#lib/recording/index';
import * as resources from '#lib/resources/index';
import * as retention from '#lib/retention/index';
import * as reviews from '#lib/reviews/index';
import * as sessions from '#lib/sessions/index';
import * as usage from '#lib/usage/index';
import {
  type AccessWorld,
  createAccessWorld,
  openTestSession,
  type PersonName,
  personNames,
} from './access-world.ts';

// olga owns the agent, otto owns nothing, alan answers for the resource, bob for nothing.

let world: AccessWorld;
let grantId: string;
let sessionId: string;
let cutId: string;
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant(['read'], ['public.*']);
  sessionId = await openTestSession(world, [grantId]);
  cutId = (await sessions.endSession(world.by('ada'), { sessionId, reason: 'x' })).cutId;
});
afterAll(() => world.database.drop());

/** `yes`: works, or fails for another reason than who asks; `no`: refused as forbidden or unseen. */
async function allowed(verb: (context: Context) => Promise<unknown>, context: Context): Promise<boolean> {
  try {
    await verb(context);
    return true;
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return error.code !== 'forbidden' && error.code !== 'not_found';
  }
}

type Verb = (context: Context) => Promise<unknown>;
const range = () => ({ from: new Date(0), to: new Date(86_400_000) });
const reason = 'matrix';
const nowhere = new FileStore('/nowhere');

/** Each verb, done to an object that exists, with who may. Everybody else is refused. */
const onObject: readonly (readonly [name: string, may: readonly PersonName[], verb: Verb])[] = [
  ['getAgent', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => agents.getAgent(c, world.agentId)],
  ['agentReach', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => agents.agentReach(c, world.agentId)],
  [
    'suspendAgent',
    ['ada', 'alan', 'olga'],
    (c) => agents.suspendAgent(c, { agentId: world.agentId, reason }),
  ],
  ['resumeAgent', ['ada', 'alan', 'olga'], (c) => agents.resumeAgent(c, { agentId: world.agentId, reason })],
  ['changeAgent', ['ada'], (c) => agents.changeAgent(c, { agentId: world.agentId, repository: 'acme/shop' })],
  [
    'createAgent',
    ['ada'],
    (c) =>
      agents.createAgent(c, {
        name: `a${Math.random().toString(36).slice(2)}`,
        ownerId: world.people.olga.id,
        issuerId: world.issuerId,
        matchClaims: { sub: Math.random().toString(36) },
      }),
  ],
  [
    'createIssuer',
    ['ada'],
    (c) => agents.createIssuer(c, { name: 'local', issuer: 'https://a.example', audience: 'x' }),
  ],
  ['changeIssuer', ['ada'], (c) => agents.changeIssuer(c, { issuerId: world.issuerId, singleUse: false })],
  ['listIssuers', ['ada', 'linus'], (c) => agents.listIssuers(c)],
  ['getResource', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => resources.getResource(c, world.resourceId)],
  ['listObjects', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => resources.listObjects(c, world.resourceId)],
  [
    'changeResource',
    ['ada'],
    (c) => resources.changeResource(c, { resourceId: world.resourceId, port: 5433 }, null),
  ],
  [
    'createMask',
    ['ada'],
    (c) => resources.createMask(c, { resourceId: world.resourceId, column: 'public.a.b', kind: 'fixed' }),
  ],
  ['getGrant', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => grants.getGrant(c, grantId)],
  ['previewRevoke', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => grants.previewRevoke(c, [grantId])],
  ['usageOf', ['ada', 'alan', 'bob', 'linus', 'olga'], (c) => usage.usageOf(c, grantId, range())],
  [
    'permissionsWithUsage',
    ['ada', 'alan', 'bob', 'linus', 'olga'],
    (c) => usage.permissionsWithUsage(c, grantId, range()),
  ],
  ['reGrant', ['ada'], (c) => grants.reGrant(c, { grantId })],
  ['reGrants', ['ada'], (c) => grants.reGrants(c, { grantIds: [grantId] })],
  [
    'createGrant',
    ['ada'],
    (c) =>
      grants.createGrant(c, {
        agentId: world.agentId,
        resourceId: world.resourceId,
        actions: ['read'],
        scope: ['public.*'],
        reason,
        endsAt: null,
      }),
  ],
  [
    'reduceGrant',
    ['ada'],
    (c) => grants.reduceGrant(c, { grantId, actions: ['read'], scope: ['public.*'], reason }),
  ],
  ['getSession', ['ada', 'alan', 'linus', 'olga'], (c) => sessions.getSession(c, sessionId)],
  [
    'listStatements of it',
    ['ada', 'alan', 'linus', 'olga'],
    (c) => sessions.listStatements(c, { sessionId }),
  ],
  [
    'openRecording',
    ['ada', 'alan', 'linus', 'olga'],
    (c) => sessions.openRecording(c, { sessionId }, { directory: '/nowhere', key: [] }),
  ],
  [
    'openStatement',
    ['ada', 'alan', 'linus', 'olga'],
    (c) => sessions.openStatement(c, { sessionId, seq: 1 }, { directory: '/nowhere', key: [] }),
  ],
  ['replayIndex', ['ada', 'alan', 'linus', 'olga'], (c) => sessions.replayIndex(c, sessionId)],
  ['replaySteps', ['ada', 'alan', 'linus', 'olga'], (c) => sessions.replaySteps(c, { sessionId })],
  [
    'searchRecording',
    ['ada', 'alan', 'linus', 'olga'],
    (c) => sessions.searchRecording(c, { sessionId, text: 'select' }, { directory: '/nowhere', key: [] }),
  ],
  [
    'openTerminal',
    ['ada', 'alan', 'linus', 'olga'],
    (c) => sessions.openTerminal(c, { sessionId }, { directory: '/nowhere', key: [] }),
  ],
  ['endSession', ['ada', 'alan', 'olga'], (c) => sessions.endSession(c, { sessionId, reason })],
  ['cutStatus', ['ada', 'alan', 'linus', 'olga'], (c) => sessions.cutStatus(c, cutId)],
  [
    'changeDraft',
    ['ada', 'linus'],
    (c) =>
      reviews
        .changeDraft(c, {
          campaignId: 'cmp_none',
          name: 'x',
          scope: {},
          periodFrom: new Date(0),
          periodTo: new Date(1),
          rules: { securityGroup: 'dba', fallbackPersonId: null },
          dueInBusinessDays: 5,
          riskAnalysis: 'x',
        })
        .catch(unseen),
  ],
  [
    'discardDraft',
    ['ada', 'linus'],
    (c) => reviews.discardDraft(c, { campaignId: 'cmp_none', reason }).catch(unseen),
  ],
  ['auditView', ['ada', 'linus'], (c) => reviews.auditView(c)],
  ['listSeries', ['ada', 'linus'], (c) => reviews.listSeries(c)],
  [
    'endSeries',
    ['ada', 'linus'],
    (c) => reviews.endSeries(c, { seriesId: 'srs_none', reason }).catch(unseen),
  ],
  ['listRecordings', ['ada', 'linus'], (c) => retention.listRecordings(c, {})],
  ['recordingKeeping', ['ada', 'linus'], (c) => retention.recordingKeeping(c, sessionId)],
  [
    'setLegalHold',
    ['ada', 'linus'],
    (c) => retention.setLegalHold(c, { sessionId, hold: true, reason }).catch(unseen),
  ],
  [
    'deleteRecording',
    ['ada'],
    (c) => retention.deleteRecording(c, { sessionId, reason }, { file: nowhere, blob: null }).catch(unseen),
  ],
  [
    'importGrants',
    ['ada'],
    (c) => grants.importGrants(c, { source: 'entra', readAt: c.clock.now(), grants: [] }).catch(unseen),
  ],
  [
    'acceptRemoval',
    ['ada'],
    (c) => reviews.acceptRemoval(c, { removalId: 'rmv_none', reference: 'x' }).catch(unseen),
  ],
  // Nobody here reviews an item.
  ['listDelegates', [], (c) => reviews.listDelegates(c, 'itm_none')],
  ['listHolidays', [...personNames], (c) => reviews.listHolidays(c)],
  ['setHolidays', ['ada'], (c) => reviews.setHolidays(c, { holidays: [] })],
  [
    'importFile',
    ['ada'],
    (c) => grants.importFile(c, { source: 'entra', readAt: c.clock.now(), text: '[]' }).catch(unseen),
  ],
  ['getImport', ['ada', 'linus'], (c) => grants.getImport(c, 'imp_none').catch(unseen)],
  ['listImports', ['ada', 'linus'], (c) => grants.listImports(c)],
  ['listPeople', ['ada', 'linus'], (c) => people.listPeople(c)],
  ['listGroups', ['ada', 'linus'], (c) => people.listGroups(c)],
  ['createPerson', ['ada'], (c) => people.createPerson(c, { name: 'N', email: 'ada@example.com' })],
  ['changePerson', ['ada'], (c) => people.changePerson(c, { personId: world.people.bob.id, name: 'bob' })],
  ['createGroup', ['ada'], (c) => people.createGroup(c, { name: 'dba' })],
  [
    'changeGroup',
    ['ada'],
    (c) => people.changeGroup(c, { groupId: world.dba, personIds: [world.people.alan.id] }),
  ],
  [
    'proposeChange',
    ['ada'],
    (c) =>
      proposals.proposeChange(c, { kind: 'mask.end', input: { maskId: 'msk_none', reason } }).catch(unseen),
  ],
  [
    'backtestPolicies',
    ['ada', 'linus'],
    (c) => policies.backtestPolicies(c, { files: [{ name: 'a.cedar', text: '' }], days: 7 }),
  ],
  ['listProposals', ['ada', 'linus'], (c) => proposals.listProposals(c)],
  [
    'checkDraft',
    ['ada', 'alan', 'bob', 'linus'],
    async (c) => policies.checkDraft(c, [{ name: 'a.cedar', text: '' }]),
  ],
  ['listVersions', ['ada', 'alan', 'bob', 'linus'], (c) => policies.listVersions(c)],
  ['getVersion', ['ada', 'alan', 'bob', 'linus'], (c) => policies.getVersion(c, 1_000_000).catch(unseen)],
  [
    'publishPolicies',
    ['ada'],
    (c) => policies.publishPolicies(c, { files: [{ name: 'a.cedar', text: '' }], reason }),
  ],
  [
    'createFreeze',
    ['ada'],
    (c) =>
      policies.createFreeze(c, {
        environment: 'staging',
        reason,
        endsAt: new Date(c.clock.now().getTime() + 60_000),
      }),
  ],
  ['endFreeze', ['ada'], (c) => policies.endFreeze(c, { id: 'frz_none', reason }).catch(unseen)],
  ['consentTo', ['ada'], (c) => proposals.consentTo(c, { proposalId: 'pro_none' }).catch(unseen)],
  [
    'declineProposal',
    ['ada'],
    (c) => proposals.declineProposal(c, { proposalId: 'pro_none', reason }).catch(unseen),
  ],
  [
    'withdrawProposal',
    ['ada'],
    (c) => proposals.withdrawProposal(c, { proposalId: 'pro_none', reason }).catch(unseen),
  ],
  ['revokeGrant', ['ada'], (c) => grants.revokeGrant(c, { grantId, reason })],
  ['endAgent', ['ada'], (c) => agents.endAgent(c, { agentId: 'agt_none', reason }).catch(unseen)],
  ['endResource', ['ada'], (c) => resources.endResource(c, { resourceId: 'res_none', reason })],
  ['endMask', ['ada'], (c) => resources.endMask(c, { maskId: 'msk_none', reason })],
  ['endIssuer', ['ada'], (c) => agents.endIssuer(c, { issuerId: world.issuerId, reason })],
];

/** A job takes grants away (removals of a review), and reads and tells other systems (connectors). */
const jobsToo = ['revokeGrant', 'reduceGrant', 'importGrants', 'acceptRemoval'];

/** What is not there is found missing only by who may look. */
function unseen(error: unknown): void {
  if (!isCountersignError(error) || error.code !== 'not_found') throw error;
}

describe('each verb × each person', () => {
  test.each(onObject)('%s', async (_, may, verb) => {
    for (const name of personNames) {
      const before = await world.database.db.ledgerEntry.count();
      const did = await allowed(verb, world.by(name));
      expect(`${name}: ${did}`).toBe(`${name}: ${may.includes(name)}`);
      if (!did) expect(await world.database.db.ledgerEntry.count()).toBe(before);
    }
    for (const context of [
      world.job(),
      world.as({ kind: 'agent', id: world.agentId, name: 'migrator' }),
      world.worker(),
    ]) {
      if (context.actor.kind === 'job' && jobsToo.includes(_)) continue;
      await expect(verb(context)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});
