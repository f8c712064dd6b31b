import { randomBytes } from 'node:crypto';
import { superuser } from '#bin/sandbox/postgres';
import { shopOwner } from '#bin/sandbox/shop';
import type { MaskSpec } from '#lib/masking/model';
import type { GrantTerms } from '#lib/policies/model';
import { copyDatabase, loginUrl, shopTemplate, testCluster, withSuperuser } from '#tests/support/cluster';
import type { TargetDatabase } from '#tests/support/target-database';

/** What differs between two worlds that are equal otherwise. Masks show both alike. */
export interface Secrets {
  readonly ssn: string;
  readonly email: string;
  readonly card: string;
  readonly token: string;
  readonly birth: string;
  readonly salary: string;
  readonly pay: string;
  readonly badge: string;
  readonly note: string;
  readonly pin: string;
  readonly iban: string;
}

export const worlds: Readonly<Record<'a' | 'b', Secrets>> = {
  a: {
    ssn: '999-55-7731',
    email: 'ada.kx7q@hold.example.com',
    card: '4929773154862219',
    token: 'tok-9f27c1aa84',
    birth: '1984-03-17',
    salary: '51234.56',
    pay: '73197',
    badge: '6f1c2b9e-3d54-4e0a-9a77-c0ffee12ab34',
    note: 'memo-q7w3e9',
    pin: 'q7%x',
    iban: 'DE75512108001245126199',
  },
  b: {
    ssn: '000-41-9046',
    email: 'abe.zz19@hold.example.com',
    card: '5425233430109903',
    token: 'tok-51de07b3c6',
    birth: '1984-11-02',
    salary: '51987.01',
    pay: '91834',
    badge: '0b7d4c11-92aa-4f3e-8c55-badc0de99f01',
    note: 'memo-z1x8c2',
    pin: 'w3#z',
    iban: 'FR76300060000112345678',
  },
};

export const masks: readonly MaskSpec[] = [
  mask('public.customers.email', 'partial', 'equality'),
  mask('public.customers.ssn', 'fixed'),
  mask('public.payments.card_number', 'fixed'),
  mask('public.staff.birth', 'generalise'),
  mask('public.staff.salary', 'generalise', 'none', { bucket: 1000 }),
  mask('public.staff.pay', 'null'),
  mask('public.staff.badge', 'fixed'),
  mask('public.staff.prefs', 'fixed'),
  mask('public.staff.photo', 'fixed'),
  mask('public.staff.tags', 'fixed'),
  mask('public.staff.pin', 'fixed'),
  mask('public.accounts.iban', 'fixed'),
  mask('public.coded.ssn', 'fixed', 'equality'),
];

function mask(
  column: string,
  kind: MaskSpec['kind'],
  lookup: MaskSpec['lookup'] = 'none',
  options: MaskSpec['options'] = {},
): MaskSpec {
  return { id: `msk_${column.split('.').slice(1).join('_')}`, column, kind, lookup, options };
}

const all = ['read', 'write', 'schema', 'execute', 'admin', 'egress'] as const;

/** `public.secrets` and what depends on it stand outside. */
const tables = 'customers orders payments staff accounts tickets v_customers m_customers'
  .split(' ')
  .map((name) => `public.${name}`);

export const grants: Readonly<Record<'broad' | 'narrow', GrantTerms[]>> = {
  broad: [{ id: 'gnt_all', actions: all, scope: ['*'], endsAt: null }],
  narrow: [
    { id: 'gnt_tables', actions: ['read', 'write'], scope: tables, endsAt: null },
    { id: 'gnt_temporary', actions: all, scope: ['pg_temp.*'], endsAt: null },
  ],
};

function schema(secrets: Secrets): string {
  return `
  CREATE TABLE secrets (id int PRIMARY KEY, token text NOT NULL);
  INSERT INTO secrets VALUES (1, '${secrets.token}'), (2, 'tok-0000000000');
  CREATE DOMAIN pin_code AS text CHECK (length(value) = 4);
  CREATE TABLE staff (id int PRIMARY KEY, name text, birth date, salary numeric, pay int, badge uuid, prefs jsonb,
    photo bytea, tags text[], pin pin_code);
  INSERT INTO staff VALUES
    (1, 'Grace', '${secrets.birth}', ${secrets.salary}, ${secrets.pay}, '${secrets.badge}', '{"memo": "${secrets.note}"}',
     convert_to('${secrets.note}', 'UTF8'), ARRAY['${secrets.note}', 'x'], '${secrets.pin}'),
    (2, 'Alan', '1990-06-06', 70000, 70000, '11111111-2222-4333-8444-555555555555', '{}', '\\x00', '{}', 'a1b2');
  CREATE TABLE accounts (id int, iban text) PARTITION BY RANGE (id);
  CREATE TABLE accounts_low PARTITION OF accounts FOR VALUES FROM (0) TO (100);
  INSERT INTO accounts VALUES (1, '${secrets.iban}'), (2, 'NL00');
  CREATE TABLE coded (id int PRIMARY KEY, ssn text, code text GENERATED ALWAYS AS (reverse(ssn)) STORED,
    first text GENERATED ALWAYS AS (left(ssn, 1)) STORED);
  INSERT INTO coded VALUES (1, '${secrets.ssn}'), (2, '111-11-1111');
  CREATE VIEW v_coded AS SELECT id, code AS c FROM coded;
  CREATE TABLE tickets (id int PRIMARY KEY, customer_id int REFERENCES customers, body text NOT NULL DEFAULT '');
  INSERT INTO tickets VALUES (1, 7, 'where is it'), (2, 8, 'too late');
  UPDATE customers SET ssn = '${secrets.ssn}', email = '${secrets.email}' WHERE id = 7;
  UPDATE payments SET card_number = '${secrets.card}' WHERE id = 9;
  CREATE VIEW v_customers AS SELECT id, name, ssn AS number, email FROM customers;
  CREATE VIEW v_nested AS SELECT v.number AS n, t.body FROM v_customers v JOIN tickets t ON t.customer_id = v.id;
  CREATE MATERIALIZED VIEW m_customers AS SELECT id, ssn AS code FROM customers WHERE id < 20;
  CREATE FUNCTION ssn_of(who int) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RETURN (SELECT c.ssn FROM public.customers c WHERE c.id = who); END $$;
  CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS $$ DELETE FROM public.orders WHERE id <= 100; SELECT 1 $$;
  CREATE FUNCTION initials(customers) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1.ssn $$;
  CREATE PROCEDURE wipe_all() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.orders WHERE id <= 100; END $$;
  CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE NOTICE 'customer %', (SELECT c.ssn FROM public.customers c WHERE c.id = new.customer_id);
      IF new.body = 'fail' THEN
        RAISE EXCEPTION 'bad ticket of %', (SELECT c.ssn FROM public.customers c WHERE c.id = new.customer_id)
          USING DETAIL = (SELECT c.email FROM public.customers c WHERE c.id = new.customer_id);
      END IF;
      RETURN new;
    END $$;
  CREATE TRIGGER tell BEFORE UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION tell();
  CREATE FUNCTION same_ssn(text, text) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$;
  CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same_ssn);
  CREATE FUNCTION larger(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greatest($1, $2) $$;
  CREATE AGGREGATE largest(text) (SFUNC = larger, STYPE = text, INITCOND = '');
  CREATE STATISTICS staff_stats (mcv) ON name, pay FROM staff;
  SELECT lo_from_bytea(424242, convert_to('${secrets.token}', 'UTF8'));
  ANALYZE`;
}

export interface World {
  readonly name: 'a' | 'b';
  readonly secrets: Secrets;
  /** A database with this world's secrets, as the shop's owner or as a superuser. */
  database(login?: 'owner' | 'superuser'): Promise<TargetDatabase>;
  drop(): Promise<void>;
}

export async function createWorld(name: 'a' | 'b'): Promise<World> {
  const cluster = testCluster();
  const template = `corpus_${name}_${randomBytes(4).toString('hex')}`;
  const { drop } = await copyDatabase(cluster, shopTemplate, shopOwner, template);
  await withSuperuser(cluster, template, async (client) => {
    await client.query('CREATE EXTENSION dblink');
    await client.query('CREATE EXTENSION tablefunc');
    await client.query(`GRANT CREATE ON SCHEMA public TO ${shopOwner}; SET ROLE ${shopOwner}`);
    await client.query(schema(worlds[name]));
  });
  return {
    name,
    secrets: worlds[name],
    async database(login = 'owner') {
      const database = `shop_${name}_${randomBytes(6).toString('hex')}`;
      const copy = await copyDatabase(cluster, template, shopOwner, database);
      const user = login === 'superuser' ? superuser : shopOwner;
      return {
        host: '127.0.0.1',
        port: cluster.port,
        database,
        user,
        password: login === 'superuser' ? cluster.password : cluster.databasePassword,
        url: loginUrl(cluster, user, database),
        superuserUrl: loginUrl(cluster, superuser, database),
        log: async () => [],
        drop: copy.drop,
      };
    },
    drop,
  };
}
