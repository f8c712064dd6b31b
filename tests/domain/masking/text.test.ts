import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskField, maskText } from '#lib/masking/index';
import { isPlaceholder } from '#lib/masking/marks';
import type { MaskSpec } from '#lib/masking/model';

const key = Buffer.alloc(32, 7);
const maskOf = (kind: MaskSpec['kind'], options: MaskSpec['options'] = {}): MaskSpec => ({
  id: 'msk',
  column: 'public.t.c',
  kind,
  lookup: 'none',
  options,
});
const oidsOfTypes = [
  25, 1043, 1042, 114, 3802, 17, 2950, 21, 23, 20, 1700, 700, 701, 16, 1082, 1114, 1184, 869, 650, 1009, 1007,
  3807, 99_999, 0,
];

describe('partial', () => {
  it('keeps of an e-mail address the first letter and a short top-level domain', () => {
    const email = (value: string) => maskText(value, maskOf('partial'));
    expect(email('ada.lovelace@example.com')).toBe('a***@***.com');
    expect(email('ab@example.org')).toBe('***@***.org');
    expect(email('ada@localhost')).toBe('a***@***');
    expect(email('ada@secret.averylongdomain')).toBe('a***@***');
    expect(email('🙂bc@x.io')).toBe('🙂***@***.io');
  });

  it('keeps of a card the last four digits, of other texts the last two', () => {
    expect(maskText('4111 1111 1111 1234', maskOf('partial'))).toBe('**** **** **** 1234');
    expect(maskText('123-45-6789', maskOf('partial'))).toBe('***89');
    expect(maskText('short', maskOf('partial'))).toBe('***');
    expect(maskText('0123456789abcdef', maskOf('partial', { style: 'generic', prefix: 2, suffix: 2 }))).toBe(
      '01***ef',
    );
    expect(maskText('4111', maskOf('partial', { style: 'card' }))).toBe('***');
    expect(maskText('no address', maskOf('partial', { style: 'email' }))).toBe('***');
  });

  it('keeps no more than eleven characters and half of the text, whatever the options', () => {
    const options = fc.record({
      style: fc.constantFrom('auto', 'email', 'card', 'generic', 'odd'),
      prefix: fc.oneof(fc.integer(), fc.constant('x')),
      suffix: fc.integer({ min: -5, max: 99 }),
    });
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.emailAddress(),
      fc.stringMatching(/^\d{12,19}$/),
    );
    fc.assert(
      fc.property(value, options, (text, chosen) => {
        const masked = maskText(text, maskOf('partial', chosen)) ?? '';
        const kept = [...masked.replace(/[*@ .]/g, '')].length;
        expect(kept).toBeLessThanOrEqual(11);
        expect(kept).toBeLessThanOrEqual([...text].length / 2);
        expect(masked).toContain('***');
      }),
      { numRuns: 500 },
    );
  });
});

describe('fixed and full', () => {
  it('never let a character of the value through, and are the same for every value', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom(...oidsOfTypes),
        fc.constantFrom(0 as const, 1 as const),
        fc.constantFrom('full' as const, maskOf('fixed'), maskOf('null')),
        (one, other, oid, format, mask) => {
          expect(maskField(mask, oid, format, one, key)).toEqual(maskField(mask, oid, format, other, key));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('any mask', () => {
  it('never throws, whatever the bytes', () => {
    const masks = [
      'full' as const,
      ...(['fixed', 'partial', 'hash', 'null', 'generalise'] as const).map((kind) => maskOf(kind)),
    ];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(...oidsOfTypes),
        fc.constantFrom(0 as const, 1 as const),
        fc.constantFrom(...masks),
        (bytes, oid, format, mask) => {
          maskField(mask, oid, format, bytes, key);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('leaves null null and makes null of an unknown type', () => {
    expect(maskField('full', 25, 0, null)).toBeNull();
    expect(maskField(maskOf('fixed'), 99_999, 0, Buffer.from('secret'))).toBeNull();
    expect(maskField(maskOf('hash'), 25, 0, Buffer.from('secret'), null)).toBeNull();
  });

  it('is joinable by hash: equal values stay equal, others differ, another key differs', () => {
    const hash = (value: string, with_ = key) => maskText(value, maskOf('hash'), with_);
    expect(hash('123-45-6789')).toBe(hash('123-45-6789'));
    expect(hash('123-45-6789')).not.toBe(hash('123-45-6780'));
    expect(hash('123-45-6789')).not.toBe(hash('123-45-6789', Buffer.alloc(32, 8)));
    const padded = maskField(maskOf('hash'), 1042, 0, Buffer.from('ab        '), key);
    expect(padded && Buffer.from(padded).toString()).toBe(hash('ab'));
  });
});

describe('placeholders', () => {
  it('are known again for every mask that leaves a mark', () => {
    for (const oid of [25, 114, 17, 2950, 1009]) {
      for (const kind of ['fixed', 'partial', 'hash'] as const) {
        const value =
          oid === 2950
            ? 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
            : oid === 1009
              ? '{ada@example.com}'
              : 'ada@example.com';
        const masked = maskField(maskOf(kind), oid, 0, Buffer.from(value), key);
        if (masked)
          expect([oid, kind, isPlaceholder(Buffer.from(masked).toString())]).toEqual([oid, kind, true]);
      }
    }
    expect(isPlaceholder('ADA [MASKED]')).toBe(true);
  });

  it('are no ordinary values', () => {
    for (const text of [
      'ada@example.com',
      '123-45-6789',
      '4111 1111 1111 1111',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      '',
    ]) {
      expect(isPlaceholder(text)).toBe(false);
    }
  });
});
