import { type Client, escapeIdentifier } from 'pg';
import { dotted } from '#lib/core/dotted-name';
import { detect } from '#lib/masking/index';
import type { DetectorName, MaskKind } from '#lib/masking/model';
import type { MaskSuggestion } from '../model.ts';

const columnsMax = 2_000;
const tablesMax = 100;
const rowsSampled = 50;
const charsSampled = 300;
/** People wait for it; what was not sampled by then is judged by its name only. */
const samplingMsMax = 15_000;
/** Of the sampled values, this share must look like it: one odd note does not make a column. */
const shareMin = 0.3;

interface Column {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly text: boolean;
}

const byName: readonly (readonly [pattern: RegExp, kind: MaskKind])[] = [
  [
    /(^|_)(ssn|sin|nino|social_security(_number)?|national_id|tax_(id|number)|passport(_no|_number)?)($|_)/i,
    'fixed',
  ],
  [
    /(^|_)(card|pan|credit_card|card_number|cvv|cvc|iban|account_number|bank_account|sort_code)($|_)/i,
    'fixed',
  ],
  [/(^|_)(password|passwd|pwd|secret|token|api_key|apikey|private_key|hash|salt|otp|pin)($|_)/i, 'fixed'],
  [/(^|_)(e_?mail|email_address)($|_)/i, 'partial'],
  [/(^|_)(phone|mobile|telephone|msisdn|fax)($|_)/i, 'partial'],
  [/(^|_)(birth_?(date|day)?|date_of_birth|dob)($|_)/i, 'generalise'],
  [/(^|_)(salary|wage|income|diagnosis|religion|ethnicity|gender)($|_)/i, 'fixed'],
];

const looks: Readonly<Record<DetectorName, readonly [string, MaskKind]>> = {
  email: ['an e-mail address', 'partial'],
  card: ['a card number', 'fixed'],
  'national-id': ['a national identity number', 'fixed'],
  iban: ['an IBAN', 'fixed'],
  phone: ['a phone number', 'partial'],
  jwt: ['a token', 'fixed'],
  'private-key': ['a private key', 'fixed'],
  'cloud-token': ['a cloud key', 'fixed'],
  'git-token': ['a repository token', 'fixed'],
  'connection-string': ['a connection string', 'fixed'],
};

/**
 * Columns that look confidential and are not masked, by name or by a sample of their values. Values
 * are looked at in memory and dropped: none is kept, logged or returned.
 */
export async function suggestMasks(
  client: Client,
  masked: ReadonlySet<string>,
): Promise<readonly MaskSuggestion[]> {
  const { rows: columns } = await client.query<Column>(`
    SELECT n.nspname AS schema, c.relname AS table, a.attname AS name,
      a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) AS text
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    ORDER BY n.nspname, c.relname, a.attnum LIMIT ${columnsMax}`);
  const open = columns.filter((column) => !masked.has(nameOf(column)));
  const found = new Map<string, MaskSuggestion>();
  for (const column of open) {
    const kind = byName.find(([pattern]) => pattern.test(column.name))?.[1];
    if (kind) found.set(nameOf(column), { column: nameOf(column), kind, why: `called ${column.name}` });
  }
  const tables = Map.groupBy(
    open.filter((column) => column.text && !found.has(nameOf(column))),
    ({ schema, table }) => dotted(schema, table),
  );
  const deadline = performance.now() + samplingMsMax;
  for (const of of [...tables.values()].slice(0, tablesMax)) {
    if (performance.now() > deadline) break;
    for (const suggestion of await bySample(client, of)) found.set(suggestion.column, suggestion);
  }
  return [...found.values()].sort((a, b) => (a.column < b.column ? -1 : 1));
}

const nameOf = ({ schema, table, name }: Column) => dotted(schema, table, name);

async function bySample(client: Client, columns: readonly Column[]): Promise<readonly MaskSuggestion[]> {
  const [first] = columns;
  if (!first) return [];
  const list = columns.map(({ name }) => `left(${escapeIdentifier(name)}::pg_catalog.text, ${charsSampled})`);
  const from = `${escapeIdentifier(first.schema)}.${escapeIdentifier(first.table)}`;
  const sampled = await client
    .query<(string | null)[]>({
      text: `SELECT ${list.join(', ')} FROM ${from} LIMIT ${rowsSampled}`,
      rowMode: 'array',
    })
    // One slow or broken table does not keep the others.
    .catch(() => null);
  if (sampled === null) {
    await client.query('ROLLBACK TO sample');
    return [];
  }
  return columns.flatMap((column, place) => {
    const values = sampled.rows.flatMap((row) => row[place] ?? []);
    const counts = new Map<DetectorName, number>();
    for (const value of values) {
      for (const kind of new Set(detect(value).map((one) => one.kind)))
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    if (!most || most[1] / values.length < shareMin) return [];
    const [what, kind] = looks[most[0]];
    return [{ column: nameOf(column), kind, why: `${most[1]} of ${values.length} values look like ${what}` }];
  });
}
