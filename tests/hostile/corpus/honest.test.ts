import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Honest, honestStatements } from './honest.ts';
import { createStage, type Stage } from './stage.ts';
import { bytesOf, observed } from './transcript.ts';
import { worlds } from './world.ts';

// A wall that refuses everything is no use: what agents and their tools do all day passes unharmed.

let stage: Stage;

beforeAll(async () => {
  stage = await createStage();
});

afterAll(async () => {
  await stage?.close();
});

describe('ordinary statements', () => {
  it.each(honestStatements.map((honest) => ({ honest, title: honest.title })))(
    '$title',
    async ({ honest }) => {
      const { agent, ends, steps } = honest satisfies Honest;
      const direct = await stage.raw('a', 'owner').attack(steps);
      const through = await (await stage.guarded('a', 'owner')).attack({ agent, steps });
      const refused = through.answers.flatMap(({ errors }) => errors.map((fields) => fields.get('M') ?? ''));
      expect(refused.filter((text) => text.startsWith('[DENIED]') || text.startsWith('[PENDING]'))).toEqual(
        [],
      );
      expect(through.alive).toBe(true);
      if (ends === 'same') {
        expect(withoutReports(observed(through.answers))).toEqual(withoutReports(observed(direct.answers)));
        return;
      }
      expect(refused).toEqual([]);
      for (const secret of Object.values(worlds.a)) expect(bytesOf(through.answers)).not.toContain(secret);
    },
  );

  it('are more than sixty', () => {
    expect(honestStatements.length).toBeGreaterThanOrEqual(60);
  });
});

/** Words of an error may be withheld where columns are masked: that there is one, and the rest, stays. */
function withoutReports(transcript: string): string[] {
  return transcript.split('\n').map((line) => line.replace(/^([EN] [^|]*\|[^|]*)\|.*$/, '$1'));
}
