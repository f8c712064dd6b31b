import { describe, expect, it } from 'vitest';
import { attackClasses } from './attacks/index.ts';

describe('the corpus', () => {
  it('has attacks of every class, no two alike', () => {
    const names = attackClasses.flatMap(({ title, attacks }) =>
      attacks.map(({ name }) => `${title} ${name}`),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(1_200);
    for (const { title, attacks } of attackClasses) expect(attacks.length, title).toBeGreaterThan(5);
  });
});
