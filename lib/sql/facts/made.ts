import type { RangeVar } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import type { CatalogRelation } from '../model.ts';
import { copyOfOverlay, Names, ownTemporary } from './names.ts';
import type { StatementContext, Walk } from './walk.ts';

// What a statement makes is known to the later ones of its message.

/** What is made from here on is not there for the later statements: it is only looked at. */
export function withOverlayAside(walk: Walk): Walk {
  const { names, session } = walk.statement;
  const aside = new Names(names.catalog, session, copyOfOverlay(names.overlay));
  return { ...walk, statement: { ...walk.statement, names: aside } };
}

/** The schema that a new relation goes to. */
export function creationSchema(statement: StatementContext, range: RangeVar): string {
  if (range.relpersistence === 't') return ownTemporary;
  if (range.schemaname !== undefined) return statement.names.schemaName(range.schemaname);
  return statement.names.assumedSchema(null);
}

const members: Readonly<Record<string, SqlMember>> = {
  r: 'create_table',
  f: 'create_table',
  v: 'create_view',
  m: 'create_view',
  S: 'create_sequence',
};

interface Made {
  /** Null: not known. */
  readonly columns?: readonly string[] | null;
  /** It takes the place of what has its name. */
  readonly replaces?: boolean;
  readonly parents?: readonly number[];
  /** Asked for already, or not to be asked for. */
  readonly silent?: boolean;
}

/** Notes a new relation and asks for its making; gives its full name. */
export function newRelation(
  statement: StatementContext,
  range: RangeVar,
  kind: 'r' | 'v' | 'm' | 'S' | 'f',
  made: Made = {},
): CatalogRelation {
  const { out, names } = statement;
  const schema = creationSchema(statement, range);
  const name = range.relname ?? '';
  if (range.catalogname !== undefined && range.catalogname !== names.catalog.database) {
    out.refuse(`cross-database references are not implemented: "${range.catalogname}"`, null, '0A000');
  }
  const member =
    schema === ownTemporary && kind !== 'S' ? 'create_temp_table' : (members[kind] ?? 'other_ddl');
  if (!made.silent) out.request(member, { kind: 'table', schema, name });
  out.changesNames = true;
  const existing = made.replaces ? null : names.relationIn(schema, name);
  // Either the server refuses the statement or, with IF NOT EXISTS, what is there stays.
  if (existing !== null) return existing;
  const relation: CatalogRelation = {
    oid: 0,
    schema,
    name,
    kind,
    columns: (made.columns ?? []).map((column, index) => ({ name: column, number: index + 1, typeOid: 0 })),
    viewDefinition: null,
    setsOff: [],
    parents: made.parents ?? [],
    fresh: true,
    columnsUnknown: made.columns === null,
  };
  names.overlay.relations.set(`${schema}\0${name}`, relation);
  return relation;
}

/** Later statements of the message must not find it any more. */
export function goneRelation(statement: StatementContext, schema: string, name: string): void {
  statement.names.overlay.relations.set(`${schema}\0${name}`, null);
  statement.out.changesNames = true;
}

/** Notes what a write of this kind sets off on a relation. */
export function noteSetsOff(
  statement: StatementContext,
  relation: CatalogRelation | null,
  event: string,
): void {
  for (const sentence of relation?.setsOff ?? []) {
    const about = /\b(INSERT|UPDATE|DELETE|TRUNCATE)\b/.test(sentence);
    if (!about || sentence.includes(event)) statement.out.sets(sentence);
  }
}
