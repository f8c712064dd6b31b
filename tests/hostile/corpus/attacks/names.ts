import {
  bind,
  close,
  describe,
  execute,
  flush,
  int32,
  message,
  parse,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { type AttackClass, attack } from '../attack.ts';

// Class 5: names that come to mean something else.

const shadowOrders = 'CREATE TEMP TABLE orders (id int, note text)';
const shadowSecrets = "CREATE TEMP TABLE secrets AS SELECT 1 AS id, 'own'::text AS token";

export const names: AttackClass = {
  title: '5 prepared statements and changed meanings',
  attacks: [
    attack('SQL PREPARE and EXECUTE of a delete', 'writes', [
      'PREPARE p AS DELETE FROM orders WHERE id <= 100',
      'EXECUTE p',
    ]),
    attack('PREPARE and EXECUTE in one message', 'writes', [
      'PREPARE p AS DELETE FROM orders WHERE id <= 100; EXECUTE p',
    ]),
    attack('PREPARE while a temporary table shadows, EXECUTE after it is gone', 'writes', [
      shadowOrders,
      'PREPARE p AS DELETE FROM orders WHERE id <= 100',
      'DROP TABLE pg_temp.orders',
      'EXECUTE p',
    ]),
    attack('Parse while a temporary table shadows, Execute after it is gone', 'writes', [
      shadowOrders,
      { send: [parse('s', 'DELETE FROM orders WHERE id <= 100'), sync] },
      'DROP TABLE pg_temp.orders',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack('the same in one pipeline', 'writes', [
      shadowOrders,
      {
        send: [
          parse('s', 'DELETE FROM orders WHERE id <= 100'),
          parse('d', 'DROP TABLE pg_temp.orders'),
          bind('', 'd', []),
          execute(''),
          bind('', 's', []),
          execute(''),
          sync,
        ],
      },
    ]),
    attack('a shadow that leaves at COMMIT', 'writes', [
      'BEGIN',
      `${shadowOrders} ON COMMIT DROP`,
      { send: [parse('s', 'DELETE FROM orders WHERE id <= 100'), sync] },
      'COMMIT',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack('a shadow that leaves at ROLLBACK', 'writes', [
      'BEGIN',
      shadowOrders,
      { send: [parse('s', 'DELETE FROM orders WHERE id <= 100'), sync] },
      'ROLLBACK',
      { send: [bind('', 's', []), execute(''), sync] },
    ]),
    attack('a shadow that leaves at ROLLBACK TO', 'writes', [
      'BEGIN',
      'SAVEPOINT a',
      shadowOrders,
      'ROLLBACK TO a; DELETE FROM orders WHERE id <= 100',
      'COMMIT',
    ]),
    attack('a shadow that leaves at ROLLBACK TO, in a pipeline', 'writes', [
      'BEGIN',
      'SAVEPOINT a',
      shadowOrders,
      {
        send: [
          parse('', 'ROLLBACK TO a'),
          bind('', '', []),
          execute(''),
          parse('', 'DELETE FROM orders WHERE id <= 100'),
          bind('', '', []),
          execute(''),
          sync,
        ],
      },
      'COMMIT',
    ]),
    attack('a shadow that leaves at COMMIT in the same message', 'writes', [
      `${shadowOrders} ON COMMIT DROP; COMMIT; DELETE FROM orders WHERE id <= 100`,
    ]),
    attack('a shadow that leaves with its message', 'writes', [
      `${shadowOrders} ON COMMIT DROP`,
      'DELETE FROM orders WHERE id <= 100',
    ]),
    attack('a shadow that leaves with DISCARD', 'writes', [
      shadowOrders,
      'DISCARD TEMP',
      'DELETE FROM orders WHERE id <= 100',
    ]),
    attack('a shadow that leaves with DISCARD ALL in a prepared statement', 'writes', [
      shadowOrders,
      {
        send: [
          parse('', 'DISCARD TEMP'),
          bind('', '', []),
          execute(''),
          parse('', 'DELETE FROM orders WHERE id <= 100'),
          bind('', '', []),
          execute(''),
          sync,
        ],
      },
    ]),
    attack('a shadow that is renamed', 'writes', [
      shadowOrders,
      'ALTER TABLE orders RENAME TO others; DELETE FROM orders WHERE id <= 100',
    ]),
    attack('a shadow that is dropped in the same message', 'writes', [
      shadowOrders,
      'DROP TABLE orders; DELETE FROM orders WHERE id <= 100',
    ]),
    attack(
      'a shadow that leaves before a table that is not granted is read',
      'reads',
      [
        shadowSecrets,
        { send: [parse('s', "SELECT token || '' FROM secrets WHERE id = 1"), sync] },
        'DROP TABLE pg_temp.secrets',
        { send: [bind('', 's', []), describe('P', ''), execute(''), sync] },
      ],
      { agent: 'narrow' },
    ),
    attack(
      'a portal over a shadow that leaves',
      'reads',
      [
        shadowSecrets,
        'BEGIN',
        { send: [parse('s', "SELECT token || '' FROM secrets WHERE id = 1"), sync] },
        'DROP TABLE pg_temp.secrets',
        { send: [bind('p', 's', []), flush, execute('p'), sync] },
        'COMMIT',
      ],
      { agent: 'narrow' },
    ),
    attack('two PREPAREs in one text, bound by the protocol', 'writes', [
      shadowOrders,
      'PREPARE x AS SELECT 1; PREPARE y AS DELETE FROM orders WHERE id <= 100',
      'DROP TABLE pg_temp.orders',
      { send: [bind('', 'x', []), execute(''), sync] },
      { send: [bind('', 'y', []), execute(''), sync] },
    ]),
    attack(
      'two PREPAREs in one text that read',
      'reads',
      [
        shadowSecrets,
        "PREPARE x AS SELECT 'x' || ''; PREPARE y AS SELECT token || '' FROM secrets WHERE id = 1",
        'DROP TABLE pg_temp.secrets',
        { send: [bind('', 'x', []), execute(''), sync] },
        { send: [bind('', 'y', []), execute(''), sync] },
      ],
      { agent: 'narrow' },
    ),
    attack(
      'two PREPAREs in one text, one masked',
      'reads',
      [
        'PREPARE x AS SELECT name FROM customers WHERE id = 7; PREPARE y AS SELECT ssn FROM customers WHERE id = 7',
        { send: [bind('', 'x', []), describe('P', ''), execute(''), sync] },
        { send: [bind('', 'y', []), describe('P', ''), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'PREPARE, then EXECUTE of a masked column',
      'reads',
      ['PREPARE p AS SELECT ssn FROM customers WHERE id = 7', 'EXECUTE p'],
      { ends: 'masked' },
    ),
    attack(
      'PREPARE of a masked column, bound by the protocol',
      'reads',
      [
        'PREPARE p AS SELECT ssn FROM customers WHERE id = 7',
        { send: [bind('', 'p', []), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'Parse of a masked column, EXECUTE by SQL',
      'reads',
      [{ send: [parse('p', 'SELECT ssn FROM customers WHERE id = 7'), sync] }, 'EXECUTE p'],
      { ends: 'masked' },
    ),
    attack(
      'a name whose second Parse fails keeps its first meaning',
      'reads',
      [
        { send: [parse('p', 'SELECT ssn FROM customers WHERE id = 7'), sync] },
        { send: [parse('p', 'SELECT name FROM customers WHERE id = 7'), sync] },
        { send: [bind('', 'p', []), execute(''), sync] },
      ],
      { ends: 'stopped' },
    ),
    attack(
      'a name whose second PREPARE fails keeps its first meaning',
      'reads',
      [
        { send: [parse('p', 'SELECT ssn FROM customers WHERE id = 7'), sync] },
        'PREPARE p AS SELECT name FROM customers WHERE id = 7',
        { send: [bind('', 'p', []), execute(''), sync] },
      ],
      { ends: 'stopped' },
    ),
    attack(
      'a name that SQL gives away and PREPARE takes again',
      'reads',
      [
        { send: [parse('p', 'SELECT name FROM customers WHERE id = 7'), sync] },
        'DEALLOCATE p; PREPARE p AS SELECT ssn FROM customers WHERE id = 7',
        { send: [bind('', 'p', []), describe('P', ''), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'a name that is closed and taken again in one pipeline',
      'reads',
      [
        {
          send: [
            parse('p', 'SELECT name FROM customers WHERE id = 7'),
            bind('', 'p', []),
            execute(''),
            close('S', 'p'),
            parse('p', 'SELECT ssn FROM customers WHERE id = 7'),
            bind('', 'p', []),
            execute(''),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'the unnamed statement, replaced between Parse and Bind by a Query',
      'reads',
      [
        { send: [parse('', 'SELECT name FROM customers WHERE id = 7'), sync] },
        'SELECT 1',
        { send: [parse('', 'SELECT ssn FROM customers WHERE id = 7'), bind('', '', []), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'an error in a pipeline, and names prepared after it',
      'reads',
      [
        {
          send: [
            parse('p', 'SELECT ssn FROM customers WHERE id = 7'),
            sync,
            parse('bad', 'SELECT 1/0'),
            bind('', 'bad', []),
            execute(''),
            close('S', 'p'),
            parse('p', 'SELECT name FROM customers WHERE id = 7'),
            sync,
            bind('', 'p', []),
            execute(''),
            sync,
          ],
          ready: 3,
        },
      ],
      { ends: 'stopped' },
    ),
    attack(
      'a cursor whose second DECLARE fails keeps its first meaning',
      'reads',
      [
        'BEGIN',
        'DECLARE c CURSOR FOR SELECT ssn FROM customers WHERE id = 7',
        'SAVEPOINT a',
        'DECLARE c CURSOR FOR SELECT name FROM customers WHERE id = 7',
        'ROLLBACK TO a',
        'FETCH ALL FROM c',
      ],
      { ends: 'stopped' },
    ),
    attack(
      'a portal whose second Bind fails keeps its first meaning',
      'reads',
      [
        'BEGIN',
        {
          send: [
            parse('m', 'SELECT ssn FROM customers WHERE id = 7'),
            parse('n', 'SELECT name FROM customers WHERE id = 7'),
            bind('c', 'm', []),
            sync,
          ],
        },
        'SAVEPOINT a',
        { send: [bind('c', 'n', []), sync] },
        'ROLLBACK TO a',
        { send: [execute('c'), sync] },
      ],
      { ends: 'stopped' },
    ),
    attack(
      'a cursor, executed by the protocol',
      'reads',
      [
        'BEGIN',
        'DECLARE c CURSOR FOR SELECT ssn FROM customers WHERE id = 7',
        { send: [execute('c'), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'a binary cursor, executed by the protocol',
      'reads',
      [
        'BEGIN',
        'DECLARE c BINARY CURSOR FOR SELECT ssn, id FROM customers WHERE id = 7',
        { send: [describe('P', 'c'), execute('c'), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'a portal, fetched by SQL',
      'reads',
      [
        'BEGIN',
        { send: [parse('', 'SELECT ssn FROM customers WHERE id = 7'), bind('c', '', []), sync] },
        'FETCH ALL FROM c',
      ],
      { ends: 'masked' },
    ),
    attack(
      'a holdable cursor, after its transaction',
      'reads',
      ['DECLARE c CURSOR WITH HOLD FOR SELECT ssn FROM customers WHERE id = 7', 'FETCH ALL FROM c'],
      { ends: 'masked' },
    ),
    attack(
      'a scrolled cursor, back and forth',
      'reads',
      [
        'BEGIN',
        'DECLARE c SCROLL CURSOR FOR SELECT ssn FROM customers WHERE id IN (6, 7) ORDER BY id',
        'MOVE 2 FROM c',
        'FETCH BACKWARD 1 FROM c; FETCH LAST FROM c; FETCH ABSOLUTE 1 FROM c; FETCH RELATIVE 1 FROM c',
      ],
      { ends: 'masked' },
    ),
    attack(
      'a portal with a row limit, row by row',
      'reads',
      [
        'BEGIN',
        {
          send: [
            parse('', 'SELECT id, ssn FROM customers WHERE id BETWEEN 5 AND 8 ORDER BY id'),
            bind('c', '', []),
            message('E'.charCodeAt(0), 'c', int32(1)),
            message('E'.charCodeAt(0), 'c', int32(2)),
            message('E'.charCodeAt(0), 'c', int32(0)),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'parameters that a generic plan forgets',
      'reads',
      [
        'SET plan_cache_mode = force_generic_plan',
        { extended: 'SELECT ssn FROM customers WHERE id = $1', values: ['7'], name: 'g' },
        { send: [bind('', 'g', ['7']), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
  ],
};
