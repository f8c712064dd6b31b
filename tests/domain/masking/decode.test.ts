import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskField } from '#lib/masking/index';
import { type MaskSpec, maskKinds } from '#lib/masking/model';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

/** Type, its send function, values as Postgres reads them. */
const types: readonly (readonly [type: string, send: string, values: readonly string[]])[] = [
  [
    'text',
    'textsend',
    ['Grace Hopper', '', 'größe 🙂', 'ada@example.com', '4111 1111 1111 1111', '2024-05-06', '-12.5'],
  ],
  ['varchar', 'varcharsend', ['123-45-6789']],
  ['char(12)', 'bpcharsend', ['123-45-6789', 'ab']],
  ['name', 'namesend', ['a_name']],
  ['xml', 'xml_send', ['<a>secret</a>']],
  ['json', 'json_send', ['{"a": [1, "x"]}', '"s"']],
  ['jsonb', 'jsonb_send', ['{"a": [1, "x"]}', '17']],
  ['bytea', 'byteasend', ['\\x00ff61', '\\x']],
  ['uuid', 'uuid_send', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  ['int2', 'int2send', ['1234', '-32768', '32767', '0']],
  ['int4', 'int4send', ['123456', '-2147483648', '2147483647', '-1']],
  ['int8', 'int8send', ['1234567890123', '-9223372036854775808', '9223372036854775807']],
  [
    'numeric',
    'numeric_send',
    [
      '12345.678',
      '-0.5',
      '-12345.678',
      '0',
      '0.00001',
      'NaN',
      'Infinity',
      '123456789012345678901234567890.5',
      '10000',
      '100000000',
    ],
  ],
  ['float4', 'float4send', ['1.5', '-1e20', 'NaN', 'Infinity']],
  ['float8', 'float8send', ['1.5', '-123.456', '1e300', '-Infinity']],
  ['bool', 'boolsend', ['true']],
  [
    'date',
    'date_send',
    ['2024-05-06', '1999-12-31', '0044-03-15 BC', 'infinity', '5874897-12-31', '0001-01-01'],
  ],
  [
    'timestamp',
    'timestamp_send',
    ['2024-05-06 12:34:56.789', '1969-07-20 20:17:40', 'infinity', '294276-12-31 23:59:59'],
  ],
  ['timestamptz', 'timestamptz_send', ['2024-05-06 12:34:56.789+02', '1969-12-31 23:30:00-05', '-infinity']],
  ['time', 'time_send', ['12:34:56']],
  ['interval', 'interval_send', ['1 day']],
  ['inet', 'inet_send', ['10.20.30.40', '10.20.30.40/8', '2001:db8:1:2::7', '::1', '::ffff:10.1.2.3']],
  ['cidr', 'cidr_send', ['10.20.30.0/24', '2001:db8::/32']],
  ['macaddr', 'macaddr_send', ['08:00:2b:01:02:03']],
  ['tsvector', 'tsvectorsend', ["'secret':1"]],
  ['text[]', 'array_send', ['{a,"b c",NULL,"x\\"y\\\\"}', '{}', '{{ab,c},{d,e}}', '[0:1]={ab,c}']],
  ['int4[]', 'array_send', ['{1,22,NULL}', '{}']],
  ['uuid[]', 'array_send', ['{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}']],
  ['jsonb[]', 'array_send', ['{"{\\"a\\": 1}",17}']],
  ['date[]', 'array_send', ['{2024-05-06,NULL}']],
  ['timestamptz[]', 'array_send', ['{"2024-05-06 12:34:56+02"}']],
  ['bytea[]', 'array_send', ['{"\\\\x00ff"}']],
  ['numeric[]', 'array_send', ['{1.5,-22.25}']],
];

const oids = new Map<string, number>();
const key = Buffer.alloc(32, 7);
const maskOf = (kind: MaskSpec['kind'], options: MaskSpec['options'] = {}): MaskSpec => ({
  id: 'msk',
  column: 'public.t.c',
  kind,
  lookup: 'none',
  options,
});
const masks: readonly (MaskSpec | 'full')[] = [
  'full',
  ...maskKinds.map((kind) => maskOf(kind)),
  maskOf('generalise', { bucket: 'month' }),
  maskOf('generalise', { bucket: 'day' }),
  maskOf('generalise', { bucket: 7 }),
  maskOf('fixed', { to: 'n/a' }),
];

describe('a masked value decodes as its type', () => {
  let shop: TargetDatabase;
  let client: Client;

  beforeAll(async () => {
    shop = await createTargetDatabase();
    client = new Client({ connectionString: shop.url });
    await client.connect();
    await client.query("SET timezone TO 'America/St_Johns'");
    for (const [type] of types) {
      const { rows } = await client.query('SELECT to_regtype($1)::oid::int AS oid', [type]);
      oids.set(type, rows[0].oid);
    }
  });
  afterAll(async () => {
    await client.end();
    await shop.drop();
  });

  it.each(types)('%s', async (type, send, values) => {
    const oid = oids.get(type) ?? 0;
    for (const value of values) {
      const { rows } = await client.query({
        text: `SELECT $1::${type}::text AS text, encode(${send}($1::${type}), 'hex') AS hex`,
        values: [value],
      });
      // What the wire carries in text is the type's output; ::text trims bpchar, which is as good here.
      const text = Buffer.from(rows[0].text);
      const binary = Buffer.from(rows[0].hex, 'hex');
      for (const mask of masks) {
        const fromText = maskField(mask, oid, 0, text, key);
        const fromBinary = maskField(mask, oid, 1, binary, key);
        const decoded = await client.query({
          text: `SELECT $1::${type}::text AS text, $2::${type}::text AS binary`,
          values: [fromText && Buffer.from(fromText).toString('utf8'), fromBinary && Buffer.from(fromBinary)],
        });
        const kind = mask === 'full' ? mask : mask.kind;
        expect([kind, value, decoded.rows[0].text === null]).toEqual([kind, value, fromText === null]);
        // Both formats say the same; a time with a zone is cut in the zone that its text shows.
        if (!type.startsWith('timestamptz')) {
          expect([kind, value, decoded.rows[0].binary]).toEqual([kind, value, decoded.rows[0].text]);
        }
      }
    }
  });

  it('generalises numbers and dates as Postgres would', async () => {
    const masked = async (type: string, value: string, options: MaskSpec['options']) => {
      const out = maskField(maskOf('generalise', options), oids.get(type) ?? 0, 0, Buffer.from(value));
      return out && Buffer.from(out).toString();
    };
    for (const value of ['-12345.678', '17', '-0.5', '99.99', '-10']) {
      const { rows } = await client.query('SELECT (floor($1::numeric / 10) * 10)::text AS floor', [value]);
      expect(await masked('numeric', value, {})).toBe(rows[0].floor);
    }
    for (const value of ['2024-05-06', '1999-12-31', '0001-03-04']) {
      const { rows } = await client.query(
        "SELECT date_trunc('month', $1::timestamp)::date::text AS month, date_trunc('year', $1::timestamp)::date::text AS year, $1::date::text AS day",
        [value],
      );
      expect(await masked('date', value, { bucket: 'month' })).toBe(rows[0].month);
      expect(await masked('date', value, { bucket: 'day' })).toBe(rows[0].day);
      expect(await masked('date', value, {})).toBe(rows[0].year);
    }
  });
});
