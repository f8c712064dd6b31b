import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardNumber } from '#bin/sandbox/shop-data';
import { detect, hideDetected } from '#lib/masking/detectors';
import { hideEmails } from '#lib/masking/email-bytes';
import type { DetectorName } from '#lib/masking/model';

const luhnCheck = (digits: string): string => {
  for (let last = 0; last < 10; last += 1) {
    const sum = [...`${digits}${last}`].reverse().reduce((total, digit, place) => {
      const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return `${digits}${last}`;
  }
  throw new Error('unreachable');
};

// Made up here, put together so that no scanner takes this file for a leak.
const samples: readonly (readonly [DetectorName, string])[] = [
  ['email', 'ada.lovelace+x@mail.example.co.uk'],
  ['email', 'zoë@exämple.com'],
  ['card', '4111 1111 1111 1111'],
  ['card', '4111-1111-1111-1111'],
  ['card', cardNumber(7)],
  ['card', luhnCheck('37828224631000')],
  ['national-id', '123-45-6789'],
  ['national-id', 'AB 12 34 56 C'],
  ['iban', 'DE89370400440532013000'],
  ['iban', 'GB29 NWBK 6016 1331 9268 19'],
  // Of letters nearly all of it.
  ['iban', 'LI99GLRIM4100'],
  ['phone', '+49 30 901820'],
  ['phone', '(555) 123-4567'],
  ['jwt', ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJ4In0', 'c2ln'].join('.')],
  ['private-key', ['-----BEGIN', 'RSA PRIVATE', 'KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----'].join(' ')],
  ['cloud-token', `AKIA${'ABCD2345'.repeat(2)}`],
  ['git-token', `ghp_${'a1B2'.repeat(9)}`],
  ['git-token', `glpat-${'a1B2'.repeat(5)}`],
  ['connection-string', 'postgres://app:s3cret@db.example.com/shop'],
  ['connection-string', 'Server=db;User=x;Password=hunter22;'],
];

describe('detect', () => {
  it.each(samples)('finds %s: %s', (kind, sample) => {
    for (const text of [sample, `before ${sample} after`, `{"a": "${sample}"}`]) {
      const start = text.indexOf(sample);
      const found = detect(text).filter((one) => one.start < start + sample.length && one.end > start);
      expect(found.map((one) => one.kind)).toEqual([kind]);
      expect(detect(Buffer.from(text))).toEqual(detect(text));
      expect(detect(text, [kind]).length).toBeGreaterThan(0);
    }
  });

  it.each([
    'The quick brown fox jumps over the lazy dog, 42 times.',
    '4111 1111 1111 1112',
    '000-12-3456 and 666-12-3456 and 123-00-4567',
    'DE89370400440532013001',
    '2024-05-06 12:34:56.789012',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    'see https://example.com/path?a=b',
    'price @ 5.99',
    '',
  ])('leaves ordinary text alone: %s', (text) => {
    expect(detect(text)).toEqual([]);
    expect(hideDetected(text)).toBe(text);
  });

  it('finds the same whether or not the look at the bytes leaves anything out', () => {
    // All signs of all detectors, and nothing that they find.
    const signs = '@ . : - A _ = + ( 00 01 02 03 04 05 06 07 AB12 \\ abcdefghijklmnopqrstuvwxyz # ';
    expect(detect(signs)).toEqual([]);
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.stringMatching(/^[\d +().-]{0,18}$/),
      fc.stringMatching(/^(?:xoxb-|sk_live_|sk-|ya29\.|AKIA|gho_|eyJ)[A-Za-z0-9_.-]{0,24}$/),
      fc.stringMatching(/^[A-Z]{2}\d{2}[A-Z0-9 ]{0,24}$/),
      fc.constantFrom(...samples.map(([, text]) => text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3 }), (pieces) => {
        const text = pieces.join('#');
        const moved = detect(signs + text).map(({ kind, start, end }) => ({
          kind,
          start: start - signs.length,
          end: end - signs.length,
        }));
        expect(detect(text)).toEqual(moved);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hides each find and leaves the rest', () => {
    expect(hideDetected('Ada <ada@example.com>, 123-45-6789!')).toBe('Ada <[email]>, [national-id]!');
    expect(hideDetected('ada@example.com', ['card'])).toBe('ada@example.com');
  });

  it('gives places in order that do not overlap, on any text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(...samples.map(([, text]) => text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        let before = 0;
        for (const { start, end } of detect(pieces.join(' '))) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          before = end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('comes to an end on texts made to be slow', () => {
    const long = 100_000;
    for (const text of [
      'a@'.repeat(long),
      '1'.repeat(long),
      '1 '.repeat(long),
      'a.'.repeat(long),
      `-----BEGIN ${'A '.repeat(long)}`,
      'AA00 '.repeat(long),
      'eyJ'.repeat(long),
      'x:'.repeat(long),
    ]) {
      expect(detect(text).length).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('e-mail addresses in ASCII bytes', () => {
  it('are those that the pattern finds, whatever stands around them', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[a-z0-9@. %_+-]{0,40}$/),
      fc.stringMatching(/^(?:[a-zA-Z]{1,3}@[a-z.-]{1,9}[ ,@]?){1,5}$/),
      fc.tuple(fc.emailAddress(), fc.string({ maxLength: 5 })).map((parts) => parts.join('')),
      fc.constantFrom(
        `${'a'.repeat(70)}@b.cc`,
        `a@${'b'.repeat(64)}.cc`,
        `a@${'b.'.repeat(12)}cc`,
        `a@b.${'c'.repeat(30)}`,
        'a@b@c.dd.e',
        'a@-.cc.1',
      ),
    );
    fc.assert(
      fc.property(text, (value) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant.
        fc.pre(/^[\x00-\x7f]*$/.test(value));
        expect((hideEmails(Buffer.from(value)) ?? value).toString()).toBe(hideDetected(value, ['email']));
      }),
      { numRuns: 3_000 },
    );
  });
});
