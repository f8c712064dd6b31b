import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attack } from './attack.ts';
import { errorAttacks } from './attacks/errors.ts';
import { inferenceAttacks } from './attacks/inference.ts';
import { lineageAttacks } from './attacks/lineage.ts';
import { maskAttacks } from './attacks/masks.ts';
import { shapeAttacks } from './attacks/shapes.ts';
import { keepsSecrets } from './run-corpus.ts';
import { createStage, type Stage } from './stage.ts';
import { observed } from './transcript.ts';

// The attacks on masks again where every mask says `other_use: mask`: what runs now, runs fully masked,
// and two worlds that differ in their secrets still look the same.

let stage: Stage;

beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage?.close());

const classes = [...maskAttacks, ...inferenceAttacks, ...lineageAttacks, ...errorAttacks, ...shapeAttacks];
const ran = new Set<string>();

const isRefused = (text: string) => text.includes('[DENIED]') || text.includes('[PENDING]');

async function attack(one: Attack): Promise<void> {
  const [a, b] = await Promise.all(
    (['a', 'b'] as const).map(async (world) =>
      (await stage.guarded(world, one.login, one.environment, 'mask')).attack(one),
    ),
  );
  if (a === undefined || b === undefined) throw new Error('two worlds');
  keepsSecrets(a);
  keepsSecrets(b);
  const seen = observed(a.answers);
  expect(seen, 'it tells two worlds apart').toBe(observed(b.answers));
  if (!isRefused(seen)) ran.add(one.name);
}

it.each(classes)('$title', { timeout: 300_000 }, async ({ attacks }) => {
  const failed: string[] = [];
  for (const one of attacks.filter(({ proof, ends }) => proof === 'reads' && ends === 'refused')) {
    await attack(one).catch((error: Error) => failed.push(`${one.name}: ${error.message.split('\n')[0]}`));
  }
  expect(failed).toEqual([]);
});

it('lets some of them run that are denied otherwise', () => {
  for (const name of [
    'SELECT upper(ssn) FROM customers WHERE id = 7',
    'SELECT c FROM customers c WHERE id = 7',
  ]) {
    expect([...ran]).toContain(name);
  }
  expect(ran.size).toBeGreaterThan(20);
});
