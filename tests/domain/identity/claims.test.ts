import { describe, expect, test } from 'vitest';
import { keptClaims, matchAgent, overlap, purposeOf } from '#lib/identity/index';

const agent = (name: string, matchClaims: Record<string, string>) => ({ name, matchClaims });

describe('matchAgent', () => {
  const migrator = agent('migrator', { sub: 'migrator' });
  const ci = agent('ci', { repository_id: '42', environment: 'production' });

  test('all claims, exactly', () => {
    expect(matchAgent({ sub: 'migrator' }, [migrator, ci])).toEqual({ kind: 'one', agent: migrator });
    expect(matchAgent({ repository_id: 42, environment: 'production' }, [migrator, ci])).toEqual({
      kind: 'one',
      agent: ci,
    });
    expect(matchAgent({ repository_id: '42' }, [migrator, ci])).toEqual({ kind: 'none' });
  });

  test.each([
    ['another case', { sub: 'Migrator' }],
    ['white space', { sub: 'migrator ' }],
    ['a list that holds it', { sub: ['migrator'] }],
    ['an object', { sub: { value: 'migrator' } }],
    ['null', { sub: null }],
    ['nothing', {}],
  ])('not by %s', (_, claims) => {
    expect(matchAgent(claims, [migrator])).toEqual({ kind: 'none' });
  });

  test('not by what every object has', () => {
    const tricky = agent('tricky', { constructor: 'x', toString: 'y' });
    expect(matchAgent({}, [tricky])).toEqual({ kind: 'none' });
    expect(matchAgent({ sub: 'x' }, [agent('empty', {})])).toEqual({ kind: 'none' });
  });

  test('two that match are nobody', () => {
    const other = agent('other', { repository_id: '42' });
    const found = matchAgent({ repository_id: '42', environment: 'production' }, [ci, other]);
    expect(found.kind).toBe('ambiguous');
  });

  test('overlap finds agents that could never be told apart', () => {
    expect(overlap({ sub: 'a' }, { sub: 'a' })).toBe(true);
    expect(overlap({ sub: 'a' }, { sub: 'a', ref: 'main' })).toBe(true);
    expect(overlap({ sub: 'a' }, { sub: 'b' })).toBe(false);
    expect(overlap({ sub: 'a', ref: 'main' }, { sub: 'a', ref: 'dev' })).toBe(false);
  });
});

describe('keptClaims', () => {
  test('keeps what the table names, bounded, and nothing else', () => {
    const kept = keptClaims({
      sub: 'x'.repeat(5_000),
      run_id: '7',
      roles: ['a', { not: 'text' }],
      groups: ['secret-group'],
      given_name: 'Ada',
      act: { sub: 'ada', email: 'hidden@example.com' },
      exp: Number.NaN,
    });
    expect(kept).toEqual({ sub: 'x'.repeat(1_000), run_id: '7', roles: ['a'], act: { sub: 'ada' } });
  });
});

describe('purposeOf', () => {
  const nothing = { option: null, applicationName: null };

  test('a signed claim comes before what the client says', () => {
    expect(
      purposeOf({ claims: { purpose: 'TCK-7' } }, { option: 'something else', applicationName: 'x' }),
    ).toEqual({ text: 'TCK-7', tier: 'verified', source: 'claim:purpose' });
  });

  test('a pipeline run says why by itself', () => {
    const claims = { repository: 'acme/shop', run_id: '12', run_attempt: '2', ref: 'refs/heads/main' };
    expect(purposeOf({ claims }, nothing)).toEqual({
      text: 'acme/shop run 12, attempt 2, on refs/heads/main',
      tier: 'verified',
      source: 'claim:run_id',
    });
    expect(purposeOf({ claims: { def_id: 5, run_id: 9 } }, nothing)?.text).toBe('pipeline 5 run 9');
  });

  test('what the client says is only claimed', () => {
    expect(purposeOf({ claims: {} }, { option: 'load test', applicationName: 'x' })).toMatchObject({
      tier: 'claimed',
      source: 'option:countersign.purpose',
    });
    expect(purposeOf({ claims: {} }, { option: null, applicationName: 'nightly report' })).toMatchObject({
      text: 'nightly report',
      source: 'application_name',
    });
    expect(purposeOf({ claims: {} }, { option: null, applicationName: 'psql' })).toBeNull();
    expect(purposeOf({ claims: {} }, nothing)).toBeNull();
  });

  test('control, direction and zero-width characters do not reach the reader', () => {
    const text = purposeOf(
      { claims: {} },
      { option: 'a\u202Eb\u0000c\u200Bd\n\te', applicationName: null },
    )?.text;
    expect(text).toBe('a b c d e');
    expect(
      purposeOf({ claims: {} }, { option: 'x'.repeat(9_000), applicationName: null })?.text,
    ).toHaveLength(500);
  });
});
