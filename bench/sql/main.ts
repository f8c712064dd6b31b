import { createParser, factsOf, sqlAttributes } from '#lib/sql/index';
import type { Catalog, CatalogRelation, ParsedMessage, SqlSessionState } from '#lib/sql/model';

// Time to parse and to read facts, per statement, in microseconds: node bench/sql/main.ts

const names = [
  'customers',
  'orders',
  'payments',
  ...Array.from({ length: 40 }, (_, index) => `table_${index}`),
];
const relations = new Map<string, CatalogRelation>();
for (const [index, name] of names.entries()) {
  const columns = Array.from({ length: 12 }, (_, column) => ({
    name: ['id', 'name', 'email', 'ssn', 'status'][column] ?? `column_${column}`,
    number: column + 1,
    typeOid: 25,
  }));
  const plain = { schema: 'public', kind: 'r', viewDefinition: null, setsOff: [] };
  relations.set(name, { ...plain, oid: 20_000 + index, name, columns });
}
const catalog: Catalog = {
  epoch: 1,
  relation: (schema, name) => (schema === 'public' ? (relations.get(name) ?? null) : null),
  relationByOid: () => null,
  functions: () => [],
  hasSchema: (schema) => schema === 'public',
};
const session: SqlSessionState = { searchPath: ['public'], role: 'x', tempSchema: null, transaction: 'none' };

/** A report of some 2 KB, another one for each number. */
function report(number: number): string {
  const joins = Array.from({ length: 8 }, (_, index) => {
    const table = `table_${(number + index) % 40}`;
    return `LEFT JOIN ${table} t${index} ON t${index}.id = c.id AND t${index}.status <> 'closed_${number}'`;
  });
  const columns = Array.from(
    { length: 24 },
    (_, index) => `t${index % 8}.column_${5 + (index % 6)} AS out_${index}`,
  );
  const terms = Array.from(
    { length: 10 },
    (_, index) => `lower(t${index % 8}.name) LIKE '${number}_%${index}'`,
  );
  return `SELECT c.id, c.name, ${columns.join(', ')}, count(*) OVER (PARTITION BY c.status) AS same
    FROM customers c ${joins.join(' ')}
    WHERE c.id IN (SELECT o.id FROM orders o WHERE o.id > ${number}) AND (${terms.join(' OR ')})
    ORDER BY c.id LIMIT 50`;
}

const kinds: Readonly<Record<string, (number: number) => string>> = {
  'select by key': (number) => `SELECT id, name FROM customers WHERE id = ${number}`,
  'update by key': (number) => `UPDATE orders SET status = 'sent' WHERE id = ${number}`,
  insert: (number) => `INSERT INTO orders (id, name, status) VALUES (${number}, $1, $2) RETURNING id`,
  'join and group': (number) =>
    `SELECT c.name, count(*) FROM customers c JOIN orders o ON o.id = c.id WHERE o.id < ${number} GROUP BY 1`,
  '2 KB report': report,
};

function percentile(times: readonly number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1).padStart(9);
}

const parser = await createParser();
const warmFrom = performance.now();
await parser.warm();
console.log(
  `warm in ${(performance.now() - warmFrom).toFixed(0)} ms; ${Object.keys(sqlAttributes).length} attributes`,
);
console.log(`${'microseconds'.padEnd(18)}  characters   parse p50      p99  facts p50      p99   both p99`);
for (const [kind, text] of Object.entries(kinds)) {
  const parses: number[] = [];
  const reads: number[] = [];
  for (let number = 0; number < 6_000; number++) {
    const statement = text(number);
    const start = performance.now();
    const parsed = parser.parse(statement) as ParsedMessage;
    const middle = performance.now();
    factsOf(parsed, catalog, session);
    const end = performance.now();
    if (number < 1_000) continue;
    parses.push((middle - start) * 1_000);
    reads.push((end - middle) * 1_000);
  }
  const both = parses.map((time, index) => time + (reads[index] ?? 0));
  const line = [
    percentile(parses, 0.5),
    percentile(parses, 0.99),
    percentile(reads, 0.5),
    percentile(reads, 0.99),
  ];
  console.log(
    `${kind.padEnd(18)} ${String(text(5_000).length).padStart(11)} ${line.join('')}${percentile(both, 0.99)}`,
  );
}
const values = Array.from({ length: 5_000 }, (_, index) => `(${index}, 'name ${index}', 'new')`);
const bulk = `INSERT INTO orders (id, name, status) VALUES ${values.join(', ')}`;
const bulkFrom = performance.now();
const parsedBulk = await parser.parse(bulk);
const bulkMiddle = performance.now();
factsOf(parsedBulk, catalog, session);
console.log(
  `insert of ${values.length} rows (${bulk.length} characters): parsed in ${(bulkMiddle - bulkFrom).toFixed(1)} ms, facts in ${(performance.now() - bulkMiddle).toFixed(1)} ms`,
);
parser.close();
