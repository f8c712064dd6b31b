import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attack, AttackClass } from './attack.ts';
import { createStage, type Run, type Stage } from './stage.ts';
import { bytesOf, observed } from './transcript.ts';
import { worlds } from './world.ts';

// Each attack is first proven on the target itself, by the gateway's own login there. Then it is tried
// through the gateway, in two worlds that differ in nothing but their secrets: an attacker who sees the
// same in both has learnt nothing, by whatever way.

let stage: Stage;
const sessions = new Map<string, { refusals: number; name: string }>();

async function prove({ proof, steps, login }: Attack): Promise<void> {
  const a = await stage.raw('a', login).attack(steps);
  if (proof === 'writes') return expect(a.changed, 'it changes nothing on the target').not.toEqual([]);
  if (proof === 'reaches')
    return expect(texts(a.answers.at(-1)?.errors), 'it fails on the target').toEqual([]);
  const b = await stage.raw('b', login).attack(steps);
  expect(observed(a.answers), 'it tells nothing on the target').not.toBe(observed(b.answers));
}

function texts(errors: readonly ReadonlyMap<string, string>[] = []): string[] {
  return errors.map((fields) => `${fields.get('C')} ${fields.get('M')}`);
}

/** Nothing of a secret came, and nothing is changed. */
export function keepsSecrets(run: Run): void {
  const came = bytesOf(run.answers);
  for (const secret of Object.values(worlds).flatMap((world) => Object.values(world))) {
    expect(came.includes(secret), `it shows ${secret}`).toBe(false);
  }
  expect(run.changed, 'it changes the target').toEqual([]);
}

function endsAsTold({ ends, proof }: Attack, run: Run): void {
  const errors = run.answers.flatMap((answer) => answer.errors);
  const refusals = errors.filter((fields) => /^\[(DENIED|PENDING)\] /.test(fields.get('M') ?? ''));
  for (const fields of refusals) {
    expect(fields.get('C')).toBe('42501');
    expect(fields.get('M')?.length, fields.get('M')).toBeGreaterThan(40);
  }
  if (ends === 'refused') expect(refusals.length, `it is not refused: ${texts(errors)}`).toBeGreaterThan(0);
  if (ends === 'masked') expect(texts(errors), 'it is not masked, but refused').toEqual([]);
  if (ends === 'stopped') {
    expect(refusals, 'it is refused').toEqual([]);
    expect(errors.length, 'nothing stops it').toBeGreaterThan(0);
  }
  if (proof === 'reaches') expect(run.answers.at(-1)?.errors.length, 'it succeeds').toBeGreaterThan(0);
}

async function guarded(attack: Attack): Promise<void> {
  const a = await stage.guarded('a', attack.login, attack.environment);
  const first = await a.attack(attack);
  keepsSecrets(first);
  endsAsTold(attack, first);
  expect(first.alive, 'the connection does not go on').toBe(true);
  const refusals = first.answers
    .flatMap(({ errors }) => errors)
    .filter((fields) => /^\[(DENIED|PENDING)\]/.test(fields.get('M') ?? '')).length;
  sessions.set(first.sessionId, { refusals, name: attack.name });
  if (attack.proof !== 'reads') return;
  const second = await (await stage.guarded('b', attack.login, attack.environment)).attack(attack);
  keepsSecrets(second);
  expect(observed(first.answers), 'it tells two worlds apart').toBe(observed(second.answers));
}

/** A test for each attack, and one that all refusals left their trace. */
export function runCorpus(classes: readonly AttackClass[]): void {
  beforeAll(async () => {
    stage = await createStage();
  });

  afterAll(async () => {
    await stage?.close();
  });

  describe.each(classes)('$title', ({ attacks }) => {
    it.each(attacks.map((attack) => ({ attack, name: attack.name })))('$name', async ({ attack }) => {
      await prove(attack);
      await guarded(attack);
    });
  });

  it('leaves every refusal in the record of its session', async () => {
    await expect.poll(unrecorded, { timeout: 15_000 }).toEqual([]);
  });
}

async function unrecorded(): Promise<string[]> {
  const ids = new Set(sessions.keys());
  const rows = await stage.recorded(ids);
  const counts = Map.groupBy(rows, ({ sessionId }) => sessionId);
  return [...sessions]
    .filter(([id, { refusals }]) => (counts.get(id)?.length ?? 0) < refusals)
    .map(([, { name }]) => name);
}
