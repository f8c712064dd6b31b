import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { CampaignForm } from '#components/review/campaign-form';
import { newId } from '#lib/core/ids';
import { changeDraft, getCampaign } from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { campaignChoices, groupChoices, personChoices } from '../../../app/_server/choices.ts';
import { campaignTermsOf } from '../../../app/(workspace)/reviews/_components/campaign-fields.ts';
import { draft } from './campaign.ts';
import { createWorld, type World } from './world.ts';

// What the form of a draft posts when nobody touched it: what the draft held.

vi.mock('next/navigation', () => ({ useRouter: () => ({ push() {} }) }));

const crowd = 205;

let database: ControlDatabase;
let world: World;
let far: string;
let ended: string;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  for (let at = 0; at < crowd; at += 1) await world.addAgent(`builder-${at}`);
  far = await world.addAgent('zeta');
  const { db, resourceId } = world;
  const row = await db.resource.findUniqueOrThrow({ where: { id: resourceId } });
  ended = newId('resource');
  await db.resource.create({
    data: {
      ...{ id: ended, name: 'old-shop', kind: row.kind, environment: row.environment },
      ...{ host: row.host, port: row.port, endedAt: world.clock.now() },
    },
  });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await world.db.person.update({ where: { id: world.ids.radia }, data: { leftAt: null } });
});

const options = (html: string, name: string) =>
  [
    ...(new RegExp(`<select[^>]*name="${name}".*?</select>`, 's').exec(html)?.[0] ?? '').matchAll(
      /<option(?: value="([^"]*)")?( selected="")?[^>]*>([^<]*)/g,
    ),
  ].map(([, value, on, label = '']) => ({ value: value ?? label, label, on: on !== undefined }));

async function formOf(campaignId: string) {
  const context = world.as('linus');
  const campaign = await getCampaign(context, campaignId);
  const html = renderToStaticMarkup(
    createElement(CampaignForm, {
      action: async (before) => before,
      draftId: campaignId,
      choices: await campaignChoices(context, campaign),
      defaults: { ...campaign, from: '2026-10-01', to: '2026-11-01' },
    }),
  );
  const posted = new FormData();
  for (const name of ['agentIds', 'resourceIds', 'securityGroup', 'fallbackPersonId']) {
    for (const { value, on } of options(html, name)) if (on) posted.append(name, value);
  }
  for (const [, name = '', value = ''] of html.matchAll(
    /<input(?=[^>]*checked)(?=[^>]*name="(environments|sources)")(?=[^>]*value="([^"]*)")/g,
  )) {
    posted.append(name, value);
  }
  posted.set('spotCheckPercent', '10');
  return { html, terms: campaignTermsOf(posted, world.clock.now()) };
}

it('posts the scope that the draft holds: also the 206th agent and an ended resource', async () => {
  const scope = {
    agentIds: [far],
    resourceIds: [ended],
    environments: ['production'],
    sources: ['azure-rbac'],
  };
  const { html, terms } = await formOf(await draft(world, { scope }));
  expect(terms.scope).toEqual({ ...scope, privilegedOnly: false });
  expect(options(html, 'agentIds').find(({ value }) => value === far)).toMatchObject({ label: 'zeta' });
  expect(options(html, 'resourceIds').find(({ value }) => value === ended)).toMatchObject({
    label: 'old-shop (ended)',
  });
});

it('posts what is not known any more by its id, beside what is', async () => {
  const scope = { agentIds: [world.agentId, 'agt_gone'], resourceIds: ['res_gone'] };
  const { html, terms } = await formOf(await draft(world, { scope }));
  expect(terms.scope).toMatchObject({ agentIds: [world.agentId, 'agt_gone'], resourceIds: ['res_gone'] });
  expect(options(html, 'resourceIds').at(-1)).toEqual({ value: 'res_gone', label: 'res_gone', on: true });
});

it('posts reviewers that are gone, for the verb to refuse, never others in their stead', async () => {
  const campaignId = await draft(world);
  await world.db.person.update({ where: { id: world.ids.radia }, data: { leftAt: world.clock.now() } });
  const { html, terms } = await formOf(campaignId);
  expect(terms.rules).toMatchObject({ securityGroup: 'security', fallbackPersonId: world.ids.radia });
  expect(html).toContain('radia (left)');
  const { name, riskAnalysis, periodFrom, periodTo, scope } = await getCampaign(world.as('ada'), campaignId);
  const change = { campaignId, name: `${name} again`, riskAnalysis, periodFrom, periodTo, scope };
  await expect(
    changeDraft(world.as('ada'), { ...change, rules: terms.rules, dueInBusinessDays: 20 }),
  ).rejects.toThrow('left');
});

it.each(['agent', 'resource', 'person', 'group'])('is not shown without its choices: %s', async (list) => {
  const campaign = await getCampaign(world.as('linus'), await draft(world));
  const findMany = () => Promise.reject(new Error('the database is gone'));
  const broken = new Proxy(world.db, {
    get: (of, name) => (name === list ? { findMany } : Reflect.get(of, name)),
  });
  await expect(campaignChoices(world.as('linus', broken), campaign)).rejects.toThrow('is gone');
});

it('offers nothing, and fails nowhere, where the person may not read a list', async () => {
  expect(await groupChoices(world.as('grace'))).toEqual([]);
  await expect(personChoices(world.as('grace'), [world.ids.radia])).rejects.toMatchObject({
    code: 'forbidden',
  });
});
