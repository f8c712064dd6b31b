import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import {
  checkDraft,
  currentPolicies,
  getVersion,
  listVersions,
  policiesDigest,
  publishPolicies,
  readActivePolicies,
} from '#lib/policies/index';
import { createWorld, type World } from '#tests/domain/reviews/world';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;
let world: World;

beforeAll(async () => {
  control = await createControlDatabase();
  world = await createWorld(control.db);
});
afterAll(() => control.drop());

let count = 0;
const files = (name = `p${count}`, group = 'dba') => [
  {
    name: 'test.cedar',
    text: `@id("${name}") @approve("${group}") permit (principal, action in Action::"write", resource);`,
  },
];
beforeEach(() => {
  count += 1;
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (isCountersignError(error) ? error.code : String(error)),
  );
}

describe('publishPolicies', () => {
  it('makes one version active, and leaves its entry', async () => {
    const before = await currentPolicies(world.as('linus'));
    const published = await publishPolicies(world.as('ada'), { files: files(), reason: 'hold writes' });
    expect(published.warnings).toEqual([]);
    const active = await readActivePolicies(world.db);
    expect(active).toEqual({ version: published.number, files: files(), digest: policiesDigest(files()) });
    expect(await world.db.policyVersion.count({ where: { active: true } })).toBe(1);
    const entry = await world.db.ledgerEntry.findFirstOrThrow({
      where: { action: 'policy.published', subjectId: String(published.number) },
    });
    expect(entry).toMatchObject({ actorKind: 'person', actorId: world.ids.ada });
    expect(entry.payload).toMatchObject({ digest: published.digest, files: files() });
    if (before) expect((await getVersion(world.as('linus'), before.number)).active).toBe(false);
  });

  it('conflicts with what somebody else published meanwhile, and with itself', async () => {
    const { number } = await publishPolicies(world.as('ada'), { files: files(), reason: 'one' });
    expect(await codeOf(publishPolicies(world.as('ada'), { files: files(), reason: 'again' }))).toBe(
      'conflict',
    );
    const draft = { files: files('draft'), reason: 'two' };
    expect(await codeOf(publishPolicies(world.as('ada'), { ...draft, basedOn: number - 1 }))).toBe(
      'conflict',
    );
    expect(await codeOf(publishPolicies(world.as('ada'), { ...draft, basedOn: null }))).toBe('conflict');
    const both = await Promise.all(
      ['left', 'right'].map((name) =>
        codeOf(publishPolicies(world.as('ada'), { files: files(name), reason: name, basedOn: number })),
      ),
    );
    expect(both.sort()).toEqual(['conflict', 'no error']);
    expect(await world.db.policyVersion.count({ where: { active: true } })).toBe(1);
  });

  it('is for admins', async () => {
    const before = await world.db.ledgerEntry.count();
    for (const name of ['barbara', 'grace', 'linus', 'edsger'] as const) {
      expect(await codeOf(publishPolicies(world.as(name), { files: files(), reason: 'mine' }))).toBe(
        'forbidden',
      );
    }
    expect(await world.db.ledgerEntry.count()).toBe(before);
  });

  it('refuses files with faults, at their place, and changes nothing', async () => {
    const before = await readActivePolicies(world.db);
    const bad = [{ name: 'bad.cedar', text: '\npermit (principal, action, resource);' }];
    const error = await publishPolicies(world.as('ada'), { files: bad, reason: 'bad' }).catch(
      (caught: unknown) => caught,
    );
    expect(isCountersignError(error) && [error.code, error.details[0]?.at]).toEqual([
      'invalid',
      'bad.cedar:2:1',
    ]);
    for (const input of [
      { files: [], reason: 'none' },
      { files: files(), reason: ' ' },
      { files: [...files(), ...files()], reason: 'twice' },
      { files: [{ name: '../x', text: '' }], reason: 'path' },
    ]) {
      expect(await codeOf(publishPolicies(world.as('ada'), input))).toBe('invalid');
    }
    expect(await readActivePolicies(world.db)).toEqual(before);
  });

  it('warns of groups that nobody is in', async () => {
    const { warnings } = await publishPolicies(world.as('ada'), {
      files: files('w', 'nobody'),
      reason: 'warn',
    });
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('"nobody"')]);
  });
});

describe('reading policies', () => {
  it('lists versions newest first, for who may read access', async () => {
    const versions = await listVersions(world.as('linus'));
    expect(versions.map(({ number }) => number)).toEqual(
      versions.map(({ number }) => number).sort((a, b) => b - a),
    );
    expect(await codeOf(listVersions(world.as('edsger')))).toBe('forbidden');
    expect(await codeOf(getVersion(world.as('linus'), 99_999))).toBe('not_found');
  });

  it('checks a draft without publishing it', async () => {
    const before = await world.db.policyVersion.count();
    const draft = checkDraft(world.as('ada'), [
      {
        name: 'd.cedar',
        text: `${files('ok')[0]?.text}\n@id("no")forbid (principal, action == Action::"peek", resource);\npermit (principal, action, resource);`,
      },
    ]);
    expect(draft.problems.map(({ line }) => line).sort()).toEqual([2, 3]);
    expect(draft.policies.map(({ id, kind, groups }) => [id, kind, groups])).toEqual([
      ['ok', 'rule', ['dba']],
      ['no', 'forbid', null],
    ]);
    expect(await world.db.policyVersion.count()).toBe(before);
  });
});
