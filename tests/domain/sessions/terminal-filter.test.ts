import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TerminalFilter } from '#lib/sessions/terminal-filter';

const esc = '\u001b';

function filtered(...pieces: readonly string[]): string {
  const filter = new TerminalFilter();
  return pieces.map((piece) => filter.push(piece)).join('') + filter.finish();
}

test('what draws passes as it is', () => {
  const drawing = [
    `${esc}[1;31mred${esc}[0m`,
    `${esc}[38;2;10;20;30mx${esc}[4:3m`,
    `${esc}[2J${esc}[H${esc}[10;5H${esc}[K${esc}[5A`,
    `${esc}[?1049h${esc}[?25l${esc}[?2004h${esc}[?25h${esc}[?1049l`,
    `${esc}7${esc}8${esc}M${esc}c${esc}(B${esc}[!p${esc}[2 q${esc}[3;20r`,
    'héllo 世界 🙂\r\n\tend\b \u0007',
    `x${esc}[5b${esc}[4h${esc}[3@`,
  ];
  for (const text of drawing) expect(filtered(text)).toBe(text);
});

test.each([
  ['the clipboard', `a${esc}]52;c;cm0gLXJmIC8=\u0007b`, 'a‹OSC 52›b', { 'OSC 52': 1 }],
  ['a title, which every prompt sets', `a${esc}]0;root@prod\u0007b`, 'ab', { title: 1 }],
  [
    'a link, its text stays',
    `${esc}]8;;javascript:alert(1)${esc}\\click${esc}]8;;${esc}\\`,
    '‹OSC 8›click',
    { 'OSC 8': 2 },
  ],
  ['a device string', `a${esc}P+q544e${esc}\\b`, 'a‹DCS›b', { DCS: 1 }],
  ['application strings', `${esc}_Gf=100;AAAA${esc}\\x`, '‹APC›x', { APC: 1 }],
  ['eight-bit forms', 'a\u009d52;c;eA==\u009cb\u009b31mc', `a‹OSC 52›b${esc}[31mc`, { 'OSC 52': 1 }],
  ['a new window size', `a${esc}[8;65000;65000tb`, 'ab', { window: 1 }],
  ['questions to the terminal', `a${esc}[6n${esc}[c${esc}[>0cb`, 'ab', { question: 3 }],
  ['a repeat that would take for ever', `a${esc}[65535bb`, 'ab', { CSI: 1 }],
  ['numbers out of all bounds', `a${esc}[99999999Cb`, 'ab', { CSI: 1 }],
  ['private keyboards', `a${esc}[>1ub${esc}[=1c`, 'ab', { CSI: 1, question: 1 }],
  ['the screen’s old title', `a${esc}kroot${esc}\\b`, 'ab', { title: 1 }],
] as const)('%s is taken out', (_name, text, expected, removed) => {
  const filter = new TerminalFilter();
  expect(filter.push(text) + filter.finish()).toBe(expected);
  expect(Object.fromEntries(filter.removed)).toEqual(removed);
});

test('an open string hides 64 KiB at most, and says that it is open', () => {
  const hidden = 'A'.repeat(70_000);
  const shown = filtered(`before${esc}]52;c;${hidden}after`);
  expect(shown).toMatch(/^before‹OSC 52 …›A+after$/);
  expect(filtered(`x${esc}P1;2|`)).toBe('x‹DCS …›');
  expect(filtered(`x${esc}]52;c;AA\u0018y`)).toBe('x‹OSC 52›y');
});

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(esc, ']', '52;c;', '8;;http://x', '\u0007', '\\', 'P', '[', '8;9;9t', '\u009d', '\u009b'),
    fc.constantFrom('31m', 'a', '\n', '世', '\u0018', '999999', 'b', '\u009c', '_', 'k', '?', '>', 'n'),
    fc.string({ maxLength: 5 }),
  ),
  { maxLength: 40 },
);

test('cut anywhere it says the same, and nothing that acts comes through', () => {
  fc.assert(
    fc.property(hostile, fc.nat(), (parts, at) => {
      const text = parts.join('');
      const whole = filtered(text);
      const cut = at % (text.length + 1);
      // Not between the halves of one character: the decoder never cuts there.
      if (text.slice(cut).match(/^[\uDC00-\uDFFF]/)) return;
      expect(filtered(text.slice(0, cut), text.slice(cut))).toBe(whole);
      expect(whole).not.toMatch(new RegExp(`${esc}[\\]P_X^k]|[\u0080-\u009f]|${esc}\\[[0-9;?>]*[tnc]`));
    }),
    { numRuns: 3_000 },
  );
});
