import { type AttackClass, attack, each } from '../attack.ts';

// Class 11: copies and views under the very name of what they are made of.

const later = 'SELECT * FROM customers WHERE id = 7';
const laterSecrets = 'SELECT token FROM secrets WHERE id = 1';
const elsewhere = ['BEGIN', 'CREATE SCHEMA mine', 'SET search_path = mine, public'];

const copies = [
  'SELECT * INTO TEMP customers FROM customers',
  'SELECT ssn, id INTO TEMP customers FROM customers',
  'SELECT c.* INTO TEMP customers FROM customers c WHERE id = 7',
  'SELECT * INTO TEMP customers FROM customers WHERE id = 7 UNION ALL SELECT * FROM customers WHERE id = 8',
  'WITH w AS (SELECT * FROM customers) SELECT * INTO TEMP customers FROM w',
  'SELECT * INTO TEMP customers FROM (TABLE customers) c',
  'EXPLAIN ANALYZE SELECT * INTO TEMP customers FROM customers',
  'CREATE TEMP TABLE customers AS TABLE customers',
  'CREATE TEMP TABLE customers AS SELECT * FROM customers',
  'CREATE TEMP TABLE IF NOT EXISTS customers AS SELECT * FROM customers',
  'EXPLAIN ANALYZE CREATE TEMP TABLE customers AS SELECT * FROM customers',
];

const copiesOfSecrets = [
  'SELECT * INTO TEMP secrets FROM secrets',
  'SELECT token, id INTO TEMP secrets FROM secrets WHERE id = 1',
  'SELECT id, token INTO TEMP secrets FROM secrets UNION ALL TABLE secrets',
  'EXPLAIN ANALYZE SELECT * INTO TEMP secrets FROM secrets',
  'CREATE TEMP TABLE secrets AS TABLE secrets',
  'CREATE TEMP VIEW secrets AS TABLE secrets',
];

export const sameName: AttackClass = {
  title: '11 copies under the name of what they copy',
  attacks: [
    ...copies.flatMap((copy) => [
      attack(copy, 'reads', [copy, later], { environment: 'development' }),
      attack(`one message: ${copy}`, 'reads', [`${copy}; ${later}`], { environment: 'development' }),
      attack(`extended: ${copy}`, 'reads', [{ extended: copy }, { extended: later }], {
        environment: 'development',
      }),
      attack(`in a transaction: ${copy}`, 'reads', ['BEGIN', copy, later, 'ROLLBACK'], {
        environment: 'development',
      }),
    ]),
    ...copiesOfSecrets.flatMap((copy) => [
      attack(copy, 'reads', [copy, laterSecrets], { agent: 'narrow' }),
      attack(`one message: ${copy}`, 'reads', [`${copy}; ${laterSecrets}`], { agent: 'narrow' }),
    ]),
    ...each(
      'reads',
      [
        `CREATE TEMP VIEW customers AS SELECT * FROM customers; ${later}`,
        `CREATE TEMP VIEW customers AS SELECT ssn AS name, id FROM customers; ${later}`,
      ],
      { ends: 'masked' },
    ),
    attack(
      'a view of the same name, read later',
      'reads',
      ['CREATE TEMP VIEW customers AS SELECT * FROM customers', later],
      { ends: 'masked' },
    ),
    attack('a view of the same name that computes', 'reads', [
      "CREATE TEMP VIEW customers AS SELECT id, ssn || '' AS name FROM customers",
      later,
    ]),
    ...[
      'SELECT * INTO customers FROM customers',
      'SELECT * INTO mine.customers FROM customers',
      'SELECT * INTO UNLOGGED customers FROM customers',
      'CREATE TABLE customers AS TABLE customers',
      'CREATE MATERIALIZED VIEW customers AS TABLE customers',
    ].map((copy) =>
      attack(`search_path = mine, public: ${copy}`, 'reads', [...elsewhere, copy, later, 'ROLLBACK'], {
        environment: 'development',
      }),
    ),
    attack(
      'search_path = mine, public: a view',
      'reads',
      [...elsewhere, 'CREATE VIEW customers AS SELECT * FROM customers', later, 'ROLLBACK'],
      { environment: 'development' },
    ),
  ],
};
