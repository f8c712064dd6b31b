import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrubReport, writesPlaceholder } from '#lib/masking/index';
import type { MaskSpec } from '#lib/masking/model';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

const ssn: MaskSpec = { id: 'm', column: 'public.customers.ssn', kind: 'fixed', lookup: 'none', options: {} };

describe('errors and notices of a real server', () => {
  let shop: TargetDatabase;
  let client: Client;
  let secret: string;

  beforeAll(async () => {
    shop = await createTargetDatabase();
    client = new Client({ connectionString: shop.url });
    await client.connect();
    const { rows } = await client.query('SELECT ssn FROM customers WHERE id = 1');
    secret = rows[0].ssn;
  });
  afterAll(async () => {
    await client.end();
    await shop.drop();
  });

  const letters = {
    severity: 'S',
    code: 'C',
    message: 'M',
    detail: 'D',
    hint: 'H',
    position: 'P',
    internalQuery: 'q',
    where: 'W',
    file: 'F',
    line: 'L',
    routine: 'R',
    table: 't',
    column: 'c',
    constraint: 'n',
    schema: 's',
  };
  const fieldsOf = (error: object): Record<string, string> => {
    const fields: Record<string, string> = { V: 'ERROR' };
    for (const [name, letter] of Object.entries(letters)) {
      const value = (error as Record<string, unknown>)[name];
      if (typeof value === 'string') fields[letter] = value;
    }
    return fields;
  };
  const failing = async (text: string) => {
    const fields = await client.query(text).then(
      () => expect.unreachable(text),
      (error: object) => fieldsOf(error),
    );
    return { fields, scrubbed: scrubReport(fields, [ssn], text).fields };
  };

  it.each([
    'SELECT ssn::int FROM customers WHERE id = 1',
    'SELECT ssn::regclass FROM customers WHERE id = 1',
    'SELECT ssn::regtype FROM customers WHERE id = 1',
    'SELECT ssn::regrole FROM customers WHERE id = 1',
    'SELECT (ssn || $$x$$)::date FROM customers WHERE id = 1',
    'SELECT to_date($$a$$ || ssn, $$YYYY$$) FROM customers WHERE id = 1',
    'SELECT query_to_xml(ssn, true, true, $$$$) FROM customers WHERE id = 1',
    "DO $$ DECLARE s text; BEGIN SELECT ssn INTO s FROM customers WHERE id = 1; RAISE EXCEPTION '%', s; END $$",
    "DO $$ DECLARE s text; BEGIN SELECT ssn INTO s FROM customers WHERE id = 1; RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = s; END $$",
    "DO $$ DECLARE s text; BEGIN SELECT ssn INTO s FROM customers WHERE id = 1; EXECUTE 'SELECT \"' || s || '\"'; END $$",
    "DO $$ DECLARE s text; BEGIN SELECT ssn INTO s FROM customers WHERE id = 1; EXECUTE 'SELECT ' || s || ' FROM'; END $$",
    'CREATE UNIQUE INDEX ON customers ((1))',
    'ALTER TABLE customers ADD CHECK (ssn IS NULL)',
    'INSERT INTO customers SELECT * FROM customers WHERE id = 1',
    'SELECT set_config($$x$$, ssn, false) FROM customers WHERE id = 1',
    'SELECT nextval(ssn) FROM customers WHERE id = 1',
    'SELECT has_table_privilege(ssn, $$select$$) FROM customers WHERE id = 1',
    'SELECT jsonb_path_query($$1$$, ssn::jsonpath) FROM customers WHERE id = 1',
    'SELECT ($${"a":1}$$::json) -> ssn::int FROM customers WHERE id = 1',
    'SELECT convert_from(ssn::bytea, ssn) FROM customers WHERE id = 1',
    'SELECT $$x$$ ~ (ssn || $$($$) FROM customers WHERE id = 1',
  ])('let no part of the value out: %s', async (text) => {
    const { fields, scrubbed } = await failing(text);
    expect(scrubbed.C).toBe(fields.C);
    const shown = JSON.stringify(scrubbed);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(secret.slice(0, 6));
    expect(scrubbed.D).toBeUndefined();
    expect(scrubbed.W).toBeUndefined();
  });

  it('keep what an agent needs to correct its own text', async () => {
    for (const text of [
      'SELECT nosuch FROM customers',
      'SELECT * FROM nosuch',
      'SELEC 1',
      "SELECT 'abc'::int",
      'DROP TABLE nosuch',
      'SELECT nosuch(1)',
      'SELECT 1 + true',
    ]) {
      const { fields, scrubbed } = await failing(text);
      expect(scrubbed.M).toBe(fields.M);
    }
    const twice = await failing(
      'INSERT INTO customers (id, name, email, ssn, phone) VALUES (1, $$a$$, $$b$$, $$c$$, $$d$$)',
    );
    expect(twice.scrubbed.M).toBe(twice.fields.M);
    expect(twice.fields.D).toContain('(id)=(1)');
    expect(twice.scrubbed.D).toBeUndefined();
  });

  it('withhold notices that code raises, and keep the server’s own', async () => {
    const notices: object[] = [];
    client.on('notice', (notice) => notices.push(notice));
    await client.query(
      `DO $$ DECLARE s text; BEGIN SELECT ssn INTO s FROM customers WHERE id = 1; RAISE NOTICE 'got %', s; END $$`,
    );
    await client.query('DROP TABLE IF EXISTS nosuch');
    const [raised, own] = notices.map(
      (notice): Record<string, string> => ({ ...fieldsOf(notice), V: 'NOTICE' }),
    );
    expect(raised?.M).toContain(secret);
    expect(JSON.stringify(scrubReport(raised ?? {}, [ssn], 'DO …').fields)).not.toContain(secret.slice(0, 6));
    expect(scrubReport(own ?? {}, [ssn], 'DROP TABLE IF EXISTS nosuch').fields.M).toContain(
      'does not exist, skipping',
    );
  });

  it('leave everything where nothing is masked', () => {
    const fields = { C: '22P02', M: 'x', D: 'y', W: 'z' };
    expect(scrubReport(fields, [], null)).toEqual({ fields, changed: false });
    expect(scrubReport(fields, [ssn], null)).toMatchObject({ changed: true, fields: { C: '22P02' } });
    expect(scrubReport({ M: 'no code' }, [ssn], 'no code').fields.M).not.toContain('no code');
  });
});

describe('a masked value written back', () => {
  const column = (name: string) => ({ schema: 'public', table: 'customers', column: name });
  const write = (
    name: string,
    text: string,
    span: string | null,
    parameters: (string | null)[] = [],
    mapped = true,
  ) =>
    writesPlaceholder(
      {
        columns: [{ column: column(name), kind: 'written', where: 'SET' }],
        literals:
          span === null
            ? []
            : [
                {
                  start: text.indexOf(span),
                  end: text.indexOf(span) + span.length,
                  column: column(name),
                  password: false,
                },
              ],
        parameters: mapped ? parameters.map((_, index) => ({ number: index + 1, column: column(name) })) : [],
      },
      [ssn],
      { text, parameters },
    );

  it('is refused as a literal and as a parameter', () => {
    const text = "UPDATE customers SET ssn = '[masked]' WHERE id = 1";
    expect(write('ssn', text, "'[masked]'")?.message).toContain('public.customers.ssn');
    expect(write('ssn', 'UPDATE customers SET ssn = $1', null, ['***89'])?.message).toContain('ssn');
    expect(
      write('ssn', 'UPDATE customers SET ssn = upper($1)', null, [null, '[MASKED]'], false),
    ).not.toBeNull();
  });

  it('is no matter for other values and other columns', () => {
    expect(write('ssn', "UPDATE customers SET ssn = '123-45-6789'", "'123-45-6789'", ['x', null])).toBeNull();
    expect(write('name', "UPDATE customers SET name = '[masked]'", "'[masked]'", ['***'])).toBeNull();
  });
});
