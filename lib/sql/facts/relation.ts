import type { RangeVar } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import { leaksValues } from '../builtin/statistics.ts';
import type { Catalog, CatalogColumn, CatalogRelation, ColumnRef, SqlSessionState } from '../model.ts';
import { Collector } from './collector.ts';
import { Names, newOverlay } from './names.ts';
import { queryColumns } from './query.ts';
import { type Columns, computedFrom, type NamedValue, unknownColumns, type Value, wholeOf } from './value.ts';
import type { StatementContext, Walk } from './walk.ts';

/** A relation as a statement names it. `relation` is null when the catalog doesn't know it. */
export interface NamedRelation {
  readonly schema: string;
  readonly name: string;
  readonly relation: CatalogRelation | null;
}

/** Views that stand in each other are followed so far; deeper lineage is unknown. */
const viewDepthMax = 32;

/** Looks a relation up; three-part names must be of this database. */
export function resolveRelation(statement: StatementContext, range: RangeVar): NamedRelation {
  const { names, out } = statement;
  const name = range.relname ?? '';
  const schema = range.schemaname ?? null;
  const database = range.catalogname ?? null;
  if (database !== null && database !== names.catalog.database) {
    out.refuse(
      `cross-database references are not implemented: "${database}.${schema ?? ''}.${name}"`,
      'Name tables as schema.table.',
      '0A000',
    );
  }
  if (schema === null && names.isUnsure(name)) {
    out.refuse(
      `"${name}" may mean another table after what stands before it in the message`,
      'Send the statement in a message of its own, or name the table with its schema.',
    );
  }
  const relation = names.relation(schema, name);
  if (relation === null) return { schema: names.assumedSchema(schema), name, relation };
  return { schema: relation.schema, name: relation.name, relation };
}

/** Notes that a statement reads a relation. */
export function requestRead(
  statement: StatementContext,
  named: NamedRelation,
  member: SqlMember = 'select',
): void {
  const { out } = statement;
  out.request(member, { kind: 'table', schema: named.schema, name: named.name });
  if (leaksValues(named.schema, named.name)) out.mark('reads_statistics', true);
  if (named.relation === null) out.notResolved('relation', `${named.schema}.${named.name}`);
}

/** The columns of a relation, each with the base columns that it comes from. */
export function relationColumns(walk: Walk, named: NamedRelation): Columns {
  const { relation } = named;
  if (relation === null || relation.columnsUnknown) return unknownColumns;
  const { statement } = walk;
  if (isView(relation)) return viewColumns(statement, relation);
  return {
    named: relation.columns.map((column) => ({
      name: column.name,
      value: columnValue(statement.names.catalog, relation, column),
    })),
    open: null,
  };
}

function columnValue(catalog: Catalog, relation: CatalogRelation, column: CatalogColumn): Value {
  const refs = baseColumns(catalog, relation, column.name);
  const origin = relation.fresh ? undefined : { tableOid: relation.oid, attribute: column.number };
  const value: Value = { refs, direct: true, unknown: false, origin, row: null };
  const sources = column.generatedFrom ?? [];
  if (sources.length === 0) return value;
  const made = sources.flatMap((source) => baseColumns(catalog, relation, source));
  return { ...value, refs: [...refs, ...made], own: refs.length };
}

function isView(relation: CatalogRelation): boolean {
  const catalogs = relation.schema === 'pg_catalog' || relation.schema === 'information_schema';
  return !catalogs && (relation.kind === 'v' || relation.kind === 'm');
}

const internedColumns = new WeakMap<CatalogRelation, Map<string, readonly ColumnRef[]>>();

/** baseColumnsOf, once for each relation and column: equal lists are the same object. */
function baseColumns(catalog: Catalog, relation: CatalogRelation, column: string): readonly ColumnRef[] {
  let known = internedColumns.get(relation);
  if (known === undefined) {
    known = new Map();
    internedColumns.set(relation, known);
  }
  let refs = known.get(column);
  if (refs === undefined) {
    refs = baseColumnsOf(catalog, relation, column);
    known.set(column, refs);
  }
  return refs;
}

/** A column and the same column of the tables that this one is a partition of or inherits from. */
export function baseColumnsOf(
  catalog: Catalog,
  relation: CatalogRelation,
  column: string,
): readonly ColumnRef[] {
  const own: ColumnRef = { schema: relation.schema, table: relation.name, column };
  const parents = relation.parents;
  if (parents === undefined || parents.length === 0) return [own];
  const all = [own];
  const seen = new Set<number>([relation.oid]);
  const open = [...parents];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    const parent = catalog.relationByOid(oid);
    if (parent === null) continue;
    if (parent.columns.some((candidate) => candidate.name === column)) {
      all.push({ schema: parent.schema, table: parent.name, column });
    }
    open.push(...(parent.parents ?? []));
  }
  return all;
}

interface ViewReading {
  readonly lineage: readonly Value[];
  /** Relations that its query names. */
  readonly reads: readonly { readonly schema: string; readonly name: string }[];
}

const readings = new WeakMap<CatalogRelation, ViewReading | null>();
const beingRead = new Set<CatalogRelation>();

function viewColumns(statement: StatementContext, view: CatalogRelation): Columns {
  const lineage = readingOf(statement, view)?.lineage;
  if (lineage === undefined) return unknownOf(view);
  return { named: view.columns.map((column, index) => shownAs(view, column, lineage[index])), open: null };
}

/** A view that this message makes shows these columns: names in it mean what they meant then. */
export function madeView(view: CatalogRelation, columns: Columns, statement: StatementContext): void {
  const { requests } = statement.out;
  const reads = requests.flatMap(({ object }) => (object.kind === 'table' ? [object] : []));
  readings.set(view, { lineage: lineageOf(view, columns), reads });
}

/** A relation that this message changes, with what is known of its columns. */
export function changedRelation(
  relation: CatalogRelation,
  changes: Partial<CatalogRelation>,
): CatalogRelation {
  const changed: CatalogRelation = { ...relation, ...changes, fresh: true };
  const reading = readings.get(relation);
  if (reading !== undefined) readings.set(changed, reading);
  return changed;
}

function lineageOf(view: CatalogRelation, columns: Columns): readonly Value[] {
  if (columns.open === null && columns.named.length >= view.columns.length) {
    return columns.named.map((column) => column.value);
  }
  const whole = computedFrom([wholeOf(columns)]);
  return view.columns.map(() => whole);
}

/** What a view's definition says; null when it can't be read. Done once for each version of a view. */
function readingOf(statement: StatementContext, view: CatalogRelation): ViewReading | null {
  const known = readings.get(view);
  if (known !== undefined) return known;
  if (beingRead.has(view) || beingRead.size > viewDepthMax) return null;
  beingRead.add(view);
  try {
    const reading = readView(statement, view);
    readings.set(view, reading);
    return reading;
  } finally {
    beingRead.delete(view);
  }
}

/** The tables that a write to a view may reach through it; none for anything else. */
export function tablesBehind(statement: StatementContext, relation: CatalogRelation | null): NamedRelation[] {
  const found = new Map<string, NamedRelation>();
  const open = relation === null ? [] : [relation];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind !== 'v' || !isView(next)) continue;
    for (const { schema, name } of readingOf(statement, next)?.reads ?? []) {
      const behind = statement.names.relationIn(schema, name);
      if (found.has(`${schema}.${name}`)) continue;
      found.set(`${schema}.${name}`, { schema, name, relation: behind });
      if (behind !== null) open.push(behind);
    }
  }
  return [...found.values()];
}

function shownAs(
  view: CatalogRelation,
  column: CatalogRelation['columns'][number],
  value: Value | undefined,
): NamedValue {
  const origin = view.fresh ? undefined : { tableOid: view.oid, attribute: column.number };
  if (value === undefined) return { name: column.name, value: { ...unknownColumns.open, origin } as Value };
  return { name: column.name, value: { ...value, origin } };
}

function unknownOf(view: CatalogRelation): Columns {
  return { named: view.columns.map((column) => shownAs(view, column, undefined)), open: null };
}

/** Reads a view's definition, whose names are qualified; what it uses is its owner's affair. */
function readView(statement: StatementContext, view: CatalogRelation): ViewReading | null {
  const tree = view.viewTree;
  const query = tree?.kind === 'parsed' ? tree.statements[0]?.node : undefined;
  if (query === undefined || tree?.kind !== 'parsed') return null;
  const session: SqlSessionState = {
    searchPath: view.definitionPath ?? [],
    role: statement.session.role,
    tempSchema: null,
  };
  const inner: Walk = {
    statement: {
      names: new Names(statement.names.catalog, session, newOverlay()),
      session,
      out: new Collector(),
      text: tree.text,
      toUnits: null,
      bodies: statement.bodies + 1,
      budget: statement.budget,
    },
    scope: null,
    ctes: null,
    depth: 0,
  };
  const columns = queryColumns(inner, query);
  const reads = inner.statement.out.requests.flatMap(({ object }) =>
    object.kind === 'table' ? [object] : [],
  );
  return { lineage: lineageOf(view, columns), reads };
}

/** Relations that reading this one reads: for the card. */
export function viewSentence(named: NamedRelation): string | null {
  const relation = named.relation;
  if (relation === null || !isView(relation)) return null;
  return relation.kind === 'm'
    ? `reads the stored result of view ${named.schema}.${named.name}`
    : `reads through view ${named.schema}.${named.name}`;
}
