import {
  bind,
  describe,
  execute,
  int16,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { type AttackClass, attack, each } from '../attack.ts';

// Class 5: shadows, search paths, views and pipelines that come to mean something else.

const shadowOrders = 'CREATE TEMP TABLE orders (id int, note text)';
const shadowSecrets = "CREATE TEMP TABLE secrets AS SELECT 1 AS id, 'own'::text AS token";
const shadowCustomers =
  "CREATE TEMP TABLE customers AS SELECT 7 AS id, 'own'::text AS name, 'own'::text AS ssn";

const executeAll = (text: string, name = 's') => [parse(name, text), bind('', name, []), execute(''), sync];

export const meanings: AttackClass = {
  title: '5 shadows, search paths, views and pipelines',
  attacks: [
    attack(
      'a masked column under a shadow that leaves',
      'reads',
      [
        shadowCustomers,
        { send: [parse('s', 'SELECT ssn FROM customers WHERE id = 7'), sync] },
        'DROP TABLE pg_temp.customers',
        { send: [bind('', 's', []), describe('P', ''), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack('a computed masked column under a shadow that leaves', 'reads', [
      shadowCustomers,
      {
        send: [
          parse('s', "SELECT ssn || '' FROM customers WHERE id = 7"),
          bind('', 's', []),
          execute(''),
          sync,
        ],
      },
      'DROP TABLE pg_temp.customers',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack('search_path changes between Parse and Bind', 'writes', [
      shadowOrders,
      { send: [parse('s', 'DELETE FROM orders WHERE id <= 100'), sync] },
      'SET search_path = public, pg_temp',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack('search_path changes in the same pipeline', 'writes', [
      shadowOrders,
      {
        send: [
          parse('a', 'SET search_path = public, pg_temp'),
          bind('', 'a', []),
          execute(''),
          ...executeAll('DELETE FROM orders WHERE id <= 100', ''),
        ],
      },
    ]),
    attack('search_path changes in the same message', 'writes', [
      shadowOrders,
      'SET search_path = public, pg_temp; DELETE FROM orders WHERE id <= 100',
    ]),
    attack('search_path by set_config in the same message', 'writes', [
      shadowOrders,
      "SELECT set_config('search_path', 'public, pg_temp', false); DELETE FROM orders WHERE id <= 100",
    ]),
    attack('search_path by set_config that is not a constant', 'writes', [
      shadowOrders,
      "SELECT set_config('search' || '_path', 'public, pg_temp', false); DELETE FROM orders WHERE id <= 100",
    ]),
    ...each(
      'reads',
      [
        "SELECT set_config('search_path', 'pg_temp, public', false) WHERE false; SELECT token || '' FROM secrets WHERE id = 1",
        "SELECT CASE WHEN false THEN set_config('search_path', 'pg_temp, public', false) END; SELECT token || '' FROM secrets WHERE id = 1",
        "EXPLAIN SELECT set_config('search_path', 'pg_temp, public', false); SELECT token || '' FROM secrets WHERE id = 1",
        "SELECT set_config('search_path', 'pg_temp, public', false) LIMIT 0; SELECT token || '' FROM secrets WHERE id = 1",
        "SELECT (SELECT set_config('search_path', 'pg_temp, public', false) LIMIT 0); SELECT token || '' FROM secrets WHERE id = 1",
      ],
      { agent: 'narrow' },
    ).map((one) => ({
      ...one,
      steps: [shadowSecrets, 'SET search_path = public, pg_temp', ...one.steps],
    })),
    attack(
      'EXPLAIN of a prepared SET',
      'reads',
      [
        shadowSecrets,
        'SET search_path = public, pg_temp',
        { send: [parse('u', 'SET search_path = pg_temp, public'), sync] },
        "EXPLAIN EXECUTE u; SELECT token || '' FROM secrets WHERE id = 1",
        "SELECT token || '' FROM secrets WHERE id = 1",
      ],
      { agent: 'narrow' },
    ),
    attack(
      'EXPLAIN ANALYZE of a prepared CREATE',
      'reads',
      [
        { send: [parse('u', 'CREATE TEMP TABLE secrets (id int, token text)'), sync] },
        "EXPLAIN ANALYZE EXECUTE u; SELECT token || '' FROM secrets WHERE id = 1",
        "SELECT token || '' FROM secrets WHERE id = 1",
      ],
      { agent: 'narrow' },
    ),
    attack('RESET search_path in the same message', 'writes', [
      'SET search_path = pg_temp, public',
      shadowOrders,
      'SET search_path = public, pg_temp',
      'RESET search_path; DELETE FROM public.orders WHERE id <= 100',
    ]),
    attack('SET LOCAL that ends with the transaction', 'writes', [
      shadowOrders,
      'SET search_path = public, pg_temp',
      'BEGIN; SET LOCAL search_path = pg_temp, public',
      'COMMIT; DELETE FROM orders WHERE id <= 100',
    ]),
    attack(
      'a view that was made before the shadow, in one message',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT ssn FROM public.customers WHERE id = 7; CREATE TEMP TABLE customers (ssn text, id int); SELECT ssn FROM v',
      ],
      { ends: 'masked' },
    ),
    attack('a view with an unqualified name, made before the shadow', 'reads', [
      "CREATE TEMP VIEW v AS SELECT ssn || '' AS x FROM customers WHERE id = 7; CREATE TEMP TABLE customers (ssn text, id int); SELECT x FROM v",
    ]),
    attack(
      'a view and its shadow in one transaction',
      'reads',
      [
        'BEGIN',
        'CREATE TEMP VIEW v AS SELECT ssn AS x FROM customers WHERE id = 7',
        'CREATE TEMP TABLE customers (ssn text, id int)',
        'SELECT x FROM v',
      ],
      { ends: 'masked' },
    ),
    attack(
      'a view that is replaced in the same message',
      'reads',
      [
        "CREATE TEMP VIEW v AS SELECT 'x'::text AS x; CREATE OR REPLACE TEMP VIEW v AS SELECT ssn AS x FROM customers WHERE id = 7; SELECT x FROM v",
      ],
      { ends: 'masked' },
    ),
    attack(
      'a view that is replaced under a prepared statement',
      'reads',
      [
        "CREATE TEMP VIEW v AS SELECT 'x'::text AS x",
        { send: [parse('s', 'SELECT x FROM v'), bind('', 's', []), describe('P', ''), execute(''), sync] },
        'CREATE OR REPLACE TEMP VIEW v AS SELECT ssn AS x FROM customers WHERE id = 7',
        { send: [bind('', 's', []), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack('a view that is replaced under a prepared computed column', 'reads', [
      "CREATE TEMP VIEW v AS SELECT 'x'::text AS x",
      {
        send: [parse('s', "SELECT x || '' FROM v"), bind('', 's', []), describe('P', ''), execute(''), sync],
      },
      'CREATE OR REPLACE TEMP VIEW v AS SELECT ssn AS x FROM customers WHERE id = 7',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack(
      'IF NOT EXISTS makes nothing, and names stay what they were',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT ssn AS x FROM customers WHERE id = 7',
        "CREATE TEMP TABLE IF NOT EXISTS v AS SELECT 'x' AS x; SELECT x FROM v",
      ],
      { ends: 'masked' },
    ),
    attack('Query between the parts of a pipeline', 'writes', [
      shadowOrders,
      {
        send: [
          parse('s', 'DELETE FROM orders WHERE id <= 100'),
          query('DROP TABLE pg_temp.orders'),
          bind('', 's', []),
          execute(''),
          sync,
        ],
        ready: 2,
      },
    ]),
    attack('parameters of a held statement, changed before it is bound again', 'writes', [
      { extended: 'DELETE FROM orders WHERE id = $1', values: ['1'] },
      { extended: 'DELETE FROM orders WHERE id = $1', values: ['2'] },
    ]),
    attack('binary parameters', 'writes', [
      {
        send: [
          parse('', 'DELETE FROM orders WHERE id <= $1::int'),
          message('B'.charCodeAt(0), '', '', int16(1), int16(1), int16(1), int32(4), int32(100), int16(0)),
          execute(''),
          sync,
        ],
      },
    ]),
  ],
};
