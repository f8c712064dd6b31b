import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#lib/core/ids';
import { getGrant, listGrants } from '#lib/grants/index';
import { getSession, listSessions, listStatements, openRecording } from '#lib/sessions/index';
import { createRetentionWorld, type RetentionWorld } from '../retention/world.ts';

let world: RetentionWorld;
let sessionId: string;
let itemId: string;
let campaignId: string;
beforeAll(async () => {
  world = await createRetentionWorld();
  ({ sessionId } = await world.sealed());
  itemId = newId('item');
  campaignId = newId('campaign');
  const { db } = world.access.database;
  const { people, clock } = world.access;
  const now = clock.now();
  const spareId = newId('item');
  const item = (id: string, grantId: string) => ({
    ...{ id, grantId, sentence: '', grantSnapshot: {}, evidence: {}, evidenceHash: '', privileged: false },
    ...{ unusedPermissions: 0, usedPermissions: 1, recommendation: 'none', state: 'approved' },
  });
  await db.campaign.create({
    data: {
      ...{ id: campaignId, name: 'Q4', scope: {}, riskAnalysis: '', state: 'open', dueAt: now },
      ...{ periodFrom: new Date(now.getTime() - 1), periodTo: now },
      items: { create: [item(itemId, world.grantId), item(spareId, await world.access.grant(['read']))] },
      spotDraws: {
        create: {
          ...{ id: 'drw_1', seed: '0'.repeat(64), share: 0.5, keeps: 2, drawn: 1, drawnByKind: 'job' },
          checks: {
            create: [
              { itemId, campaignId, drawn: true, personId: people.mallory.id },
              { itemId: spareId, campaignId, drawn: false },
            ],
          },
        },
      },
    },
  });
});
afterAll(() => world.drop());

const by = (name: Parameters<RetentionWorld['access']['by']>[0]) => world.access.by(name);
const opening = (name: Parameters<typeof by>[0]) =>
  openRecording(by(name), { sessionId }, { directory: world.directory, key: world.key });
const unseen = { code: 'not_found' };

describe('who looks at an item a second time', () => {
  test('sees its agent’s sessions, opens their recordings with an entry, and reads the grant', async () => {
    const checker = by('mallory');
    expect((await listSessions(checker, {})).rows.map(({ id }) => id)).toEqual([sessionId]);
    expect(await getSession(checker, sessionId)).toMatchObject({ may: { openRecording: true, end: false } });
    expect((await opening('mallory')).records).toHaveLength(1);
    expect(await world.access.entries('recording.opened', sessionId)).toMatchObject([
      { actorName: 'mallory' },
    ]);
    expect((await listStatements(checker, { sessionId })).rows).toEqual([]);
    expect(await getGrant(checker, world.grantId)).toMatchObject({ id: world.grantId });
    expect((await listGrants(checker, {})).rows).toHaveLength(1);
  });

  test('nobody else does', async () => {
    await expect(opening('bob')).rejects.toMatchObject(unseen);
    await expect(opening('otto')).rejects.toMatchObject(unseen);
    expect((await listGrants(by('otto'), {})).rows).toEqual([]);
    expect((await listSessions(by('otto'), {})).rows).toEqual([]);
  });

  test('not any more when the look went to another, nor when the campaign is over', async () => {
    const { db } = world.access.database;
    const { bob, mallory } = world.access.people;
    await db.spotCheck.update({ where: { itemId }, data: { personId: bob.id } });
    await expect(opening('mallory')).rejects.toMatchObject(unseen);
    expect((await opening('bob')).records).toHaveLength(1);
    await db.spotCheck.update({ where: { itemId }, data: { personId: mallory.id } });
    await db.signOff.create({
      data: {
        ...{ campaignId, personId: world.access.people.linus.id, text: '', manifestHash: '' },
        ...{ packPath: '', packHash: '', at: world.access.clock.now() },
      },
    });
    await db.campaign.update({ where: { id: campaignId }, data: { state: 'signed' } });
    await expect(opening('mallory')).rejects.toMatchObject(unseen);
    await expect(getSession(by('mallory'), sessionId)).rejects.toMatchObject(unseen);
    expect((await listSessions(by('mallory'), {})).rows).toEqual([]);
  });
});
