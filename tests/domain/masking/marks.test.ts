import { describe, expect, it } from 'vitest';
import { placeholderFinder } from '#lib/masking/index';

const mask = {
  id: 'm',
  column: 'public.t.c',
  kind: 'fixed',
  lookup: 'none',
  options: { to: 'hidden' },
} as const;
const finds = placeholderFinder([mask]);

describe('a fixed mask’s own text', () => {
  it.each([
    'hidden',
    '1\thidden\tx',
    'hidden\n2\tother\n',
    '1,hidden,x',
    '1;"hidden"',
    '{a, hidden}',
    '["a", "hidden"]',
    '{"note":"hidden"}',
  ])('is found as a value: %j', (text) => expect(finds(text)).toBe(true));

  it.each([
    'the door is hidden behind a shelf',
    'hidden treasure',
    'a hidden',
    'unhidden',
    'hidden2',
    '1\tso hidden\tx',
  ])('is a word like any other in %j', (text) => expect(finds(text)).toBe(false));
});

it('a mark of the gateway’s own is found anywhere', () => {
  expect(finds('he wrote [masked] there')).toBe(true);
});
