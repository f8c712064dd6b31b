import { expect, it } from 'vitest';
import { constantText } from '#lib/masking/constant';

it.each([
  ["'[masked]'", "'[masked]'"],
  ["E'\\x5bmasked]'", "E'[masked]'"],
  ["e'\\133masked\\135'", "e'[masked]'"],
  ["E'\\u005Bmas\\U0000006bed]'", "E'[masked]'"],
  ["E'\\[masked\\]'", "E'[masked]'"],
  ["U&'\\005bmasked\\+00005d'", "U&'[masked]'"],
  ["'[mas'\n  'ked]'", "'[masked]'"],
  ["'[mas' -- more\n'ked]'", "'[masked]'"],
  ["E'\\U00ffffff'", "E''"],
  ['$a$[masked]$a$', '$a$[masked]$a$'],
])('%s stands for %s', (literal, text) => {
  expect(constantText(literal)).toBe(text);
});
