import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyRows } from '#lib/masking/index';
import { int16, int32 } from '#proxy/listeners/postgres/codec/write';

function counted(
  data: Buffer,
  options: Parameters<typeof copyRows>[0],
  pieces: readonly number[],
): number | null {
  const counter = copyRows(options);
  let from = 0;
  for (const length of [...pieces, data.length]) {
    counter.push(data.subarray(from, from + length));
    from += length;
  }
  return counter.rows;
}

const pieces = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });

function binaryOf(rows: readonly (readonly (string | null)[])[]): Buffer {
  const fields = (row: readonly (string | null)[]) =>
    row.map((value) =>
      value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
    );
  return Buffer.concat([
    Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
    int32(0),
    int32(3),
    Buffer.from('ext'),
    ...rows.map((row) => Buffer.concat([int16(row.length), ...fields(row)])),
    int16(-1),
  ]);
}

describe('rows of copied data', () => {
  it('are lines, however the data is cut', () => {
    const value = fc.stringMatching(/^[a-z\\," ]{0,6}$/);
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(value), end, fc.boolean(), pieces, (values, close, isOpen, cuts) => {
        const data = Buffer.from(values.map((one) => `${one}${close}`).join('') + (isOpen ? 'x' : ''));
        expect(counted(data, { format: 'text' }, cuts)).toBe(values.length + (isOpen ? 1 : 0));
      }),
    );
  });

  it('are tuples in the binary format, whatever their values hold', () => {
    const row = fc.array(fc.option(fc.string({ maxLength: 8 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), pieces, (rows, cuts) => {
        expect(counted(binaryOf(rows), { format: 'binary' }, cuts)).toBe(rows.length);
      }),
    );
  });

  it.each([
    ['a length below none', Buffer.concat([binaryOf([]).subarray(0, -2), int16(1), int32(-7)])],
    ['a number of fields below none', Buffer.concat([binaryOf([]).subarray(0, -2), int16(-9)])],
  ])('can not be told of what does not read: %s', (_name, data) => {
    expect(counted(data, { format: 'binary' }, [])).toBeNull();
  });

  it('can not be told of a format that is not known', () => {
    expect(counted(Buffer.from('a\n'), null, [])).toBeNull();
  });

  it('leave a header out, and count a line break in quotes as one more', () => {
    expect(counted(Buffer.from('id\n1\n2\n'), { format: 'csv', header: true }, [])).toBe(2);
    expect(counted(Buffer.from('"a\nb"\n'), { format: 'csv' }, [])).toBe(2);
  });
});
