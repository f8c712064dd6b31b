import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CopyOptions, copyMasker, fieldMasker, type MaskAt } from '#lib/masking/index';
import type { MaskSpec } from '#lib/masking/model';

const spec = (kind: MaskSpec['kind']): MaskSpec => ({
  id: 'm',
  column: 'public.t.c',
  kind,
  lookup: 'none',
  options: {},
});
const maskSecond: MaskAt = (index) => (index === 1 ? fieldMasker(spec('fixed'), 25, 0) : null);

function whole(options: CopyOptions, maskAt: MaskAt, input: string | Buffer): Buffer {
  const masker = copyMasker(options, maskAt);
  return Buffer.concat([masker.push(Buffer.from(input)), masker.finish()]);
}

/** The output for the input cut at every place, which must always be the same. */
function everySplit(options: CopyOptions, maskAt: MaskAt, input: string | Buffer): Buffer {
  const bytes = Buffer.from(input);
  const expected = whole(options, maskAt, bytes);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const masker = copyMasker(options, maskAt);
    const parts = [masker.push(bytes.subarray(0, cut)), masker.push(bytes.subarray(cut)), masker.finish()];
    expect(Buffer.concat(parts).toString('latin1')).toBe(expected.toString('latin1'));
  }
  const single = copyMasker(options, maskAt);
  const bytewise = [...bytes].map((byte) => single.push(Uint8Array.of(byte)));
  expect(Buffer.concat([...bytewise, single.finish()]).equals(expected)).toBe(true);
  return expected;
}

describe('COPY text', () => {
  const text = { format: 'text' } as const;

  it('masks one column, leaves null and everything else byte for byte', () => {
    const out = everySplit(
      text,
      maskSecond,
      '1\tsecret\tx\\ty\n2\t\\N\tz\n3\tse\\tcr\\net\\\\\t\\N\n4\t\t\n',
    );
    expect(out.toString()).toBe('1\t[masked]\tx\\ty\n2\t\\N\tz\n3\t[masked]\t\\N\n4\t[masked]\t\n');
  });

  it('masks the first, the last and every column', () => {
    expect(
      everySplit(
        text,
        (index) => (index === 0 ? fieldMasker('full', 25, 0) : null),
        'a\tb\nc\td\n',
      ).toString(),
    ).toBe('[masked]\tb\n[masked]\td\n');
    expect(everySplit(text, () => fieldMasker('full', 25, 0), 'a\tb\nc').toString()).toBe(
      '[masked]\t[masked]\n[masked]',
    );
  });

  it('takes other delimiters and null texts, and leaves a header', () => {
    const options = { format: 'text', delimiter: '|', nullText: 'none', header: true } as const;
    expect(everySplit(options, maskSecond, 'id|ssn\n1|a\\|b\n2|none\n').toString()).toBe(
      'id|ssn\n1|[masked]\n2|none\n',
    );
  });

  it('escapes what a mask leaves', () => {
    const partial: MaskAt = () => fieldMasker({ ...spec('partial'), options: { style: 'generic' } }, 25, 0);
    expect(everySplit(text, partial, 'aaaaaaaaaa\\n\\t\n').toString()).toBe('***\\n\\t\n');
  });

  it('nulls what can’t carry a mark', () => {
    expect(
      everySplit(text, (index) => (index === 1 ? fieldMasker('full', 23, 0) : null), '1\t42\t3\n').toString(),
    ).toBe('1\t\\N\t3\n');
  });
});

describe('COPY csv', () => {
  const csv = { format: 'csv' } as const;

  it('masks quoted and unquoted fields with delimiters, quotes and newlines inside', () => {
    const out = everySplit(csv, maskSecond, '1,secret,"a,b"\n2,"se,cr""e\nt",x\n3,,y\n4,"",z\n');
    expect(out.toString()).toBe('1,[masked],"a,b"\n2,"[masked]",x\n3,,y\n4,"[masked]",z\n');
  });

  it('takes another quote, escape, delimiter and null text', () => {
    const options = {
      format: 'csv',
      delimiter: ';',
      quote: "'",
      escape: '\\',
      nullText: 'NIL',
      header: true,
    } as const;
    const out = everySplit(options, maskSecond, "id;ssn\n1;'a\\';b'\n2;NIL\n3;'NIL'\n");
    expect(out.toString()).toBe("id;ssn\n1;'[masked]'\n2;NIL\n3;'[masked]'\n");
  });

  it('never lets a character of a masked field out, whatever stands in it', () => {
    const field = fc.string({ unit: fc.constantFrom('S', ',', '"', '\n', '\r', '\\', '\t'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 4 }), (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const input = rows
          .map(([secret, plain]) => `${quoted(plain.replaceAll('S', ''))},${quoted(secret)}\n`)
          .join('');
        const out = whole(csv, maskSecond, input).toString();
        expect(out).not.toContain('S');
        const expected = rows
          .map(([, plain]) => `${quoted(plain.replaceAll('S', ''))},"[masked]"\n`)
          .join('');
        expect(out).toBe(expected);
      }),
    );
  });
});

describe('COPY binary', () => {
  const head = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
  const row = (...values: (string | null)[]) => {
    const count = Buffer.alloc(2);
    count.writeInt16BE(values.length);
    const parts = values.map((value) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value));
      return Buffer.concat([length, Buffer.from(value ?? '')]);
    });
    return Buffer.concat([count, ...parts]);
  };
  const end = Buffer.from([0xff, 0xff]);
  const binary = { format: 'binary' } as const;

  it('masks one column and leaves nulls, empty values and the rest', () => {
    const input = Buffer.concat([head, row('1', 'secret', 'x'), row('2', null, ''), row('3', '', null), end]);
    const expected = Buffer.concat([
      head,
      row('1', '[masked]', 'x'),
      row('2', null, ''),
      row('3', '[masked]', null),
      end,
    ]);
    expect(everySplit(binary, maskSecond, input).equals(expected)).toBe(true);
  });

  it('refuses what is no COPY data', () => {
    expect(() => whole(binary, maskSecond, Buffer.alloc(30))).toThrow('signature');
    const negative = Buffer.concat([head, Buffer.from([0, 1, 0xff, 0xff, 0xff, 0xf0])]);
    expect(() => whole(binary, maskSecond, negative)).toThrow('length');
    expect(() => whole(binary, maskSecond, Buffer.concat([head, end, Buffer.from('x')]))).toThrow('end');
  });
});

it('bounds the memory of one masked value', () => {
  const masker = copyMasker({ format: 'text' }, () => fieldMasker(spec('hash'), 25, 0, Buffer.alloc(32, 7)));
  for (let chunk = 0; chunk < 64; chunk += 1) expect(masker.push(Buffer.alloc(65_536, 0x61)).length).toBe(0);
  expect(masker.push(Buffer.from('\n')).toString()).toMatch(/^masked:[0-9a-f]{24}\n$/);
  expect(masker.maskedFields).toBe(1);
});
