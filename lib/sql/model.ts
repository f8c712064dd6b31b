import type { PolicyFacts } from '#lib/policies/model';

/** A base column: what masks name and lineage ends at. */
export interface ColumnRef {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/**
 * How a statement uses a base column. `output` is the column itself in the result; `equality` is
 * `column = constant or parameter` as a top-level AND term of a WHERE; `written` is a new value
 * stored; `compute` is every other use (sort, group, join, function, cast, whole row, write source).
 */
export type ColumnUseKind = 'output' | 'equality' | 'written' | 'compute';

export interface ColumnUse {
  readonly column: ColumnRef;
  readonly kind: ColumnUseKind;
  /** For people: `ORDER BY`, `lower()`, `whole row`. */
  readonly where: string;
}

/** Where one result column comes from. */
export type OutputColumn =
  | { readonly kind: 'column'; readonly name: string; readonly column: ColumnRef }
  /** Computed from these base columns (possibly none: a constant). */
  | { readonly kind: 'computed'; readonly name: string; readonly from: readonly ColumnRef[] }
  | { readonly kind: 'unknown'; readonly name: string };

export interface FunctionUse {
  readonly schema: string;
  readonly name: string;
  /** immutable | stable | volatile | unknown */
  readonly volatility: 'immutable' | 'stable' | 'volatile' | 'unknown';
  /** Known harmless: on the allow-list of built-in functions. */
  readonly harmless: boolean;
}

/** A constant in the text, with what it is compared with or stored in: masked in cards and the index. */
export interface LiteralSpan {
  /** Offsets in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  readonly column: ColumnRef | null;
  readonly password: boolean;
}

export type TransactionVerb =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'release'
  | 'rollback_to'
  | 'prepare';

/** What one SQL statement would do, read from its syntax tree and the catalog. */
export interface SqlFacts extends PolicyFacts {
  /** Command as the server will tag it: `SELECT`, `DELETE`, `DROP TABLE`. */
  readonly tag: string;
  readonly functions: readonly FunctionUse[];
  readonly columns: readonly ColumnUse[];
  /** Null when the statement returns no rows. */
  readonly outputs: readonly OutputColumn[] | null;
  readonly literals: readonly LiteralSpan[];
  readonly transaction: TransactionVerb | null;
  /** Settings that it changes: name in lower case → new value, null when not a constant. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly local: boolean;
  }[];
  /** True when it may change what names mean (DDL, search_path, role): caches of facts end with it. */
  readonly changesNames: boolean;
  /** Owner-installed objects that it sets off (triggers, cascades, views, row security), for the card. */
  readonly setsOff: readonly string[];
}

/** The parsed statements of one Query or Parse message. */
export interface MessageFacts {
  readonly statements: readonly SqlFacts[];
}

/** What of a session changes the meaning of its texts. */
export interface SqlSessionState {
  readonly searchPath: readonly string[];
  readonly role: string;
  /** The session's own temporary schema (`pg_temp_3`), or null before its first temporary object. */
  readonly tempSchema: string | null;
}

export interface CatalogColumn {
  readonly name: string;
  /** Attribute number: what RowDescription reports. */
  readonly number: number;
  readonly typeOid: number;
}

export interface CatalogRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind: r p v m f S t i I c */
  readonly kind: string;
  readonly columns: readonly CatalogColumn[];
  /** SELECT text of a view, from pg_get_viewdef; null for anything else. */
  readonly viewDefinition: string | null;
  /** Triggers, cascading foreign keys and row security that a write to it sets off: sentences. */
  readonly setsOff: readonly string[];
}

export interface CatalogFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly argumentCount: number;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly language: string;
  readonly owner: string;
  readonly securityDefiner: boolean;
  readonly returnsSet: boolean;
  /** Source for language sql; null for others. */
  readonly body: string | null;
}

/** A target's catalog at one moment, read by the gateway's control connection. Pure lookups. */
export interface Catalog {
  /** Grows with every re-read that found a change: part of the key of cached facts. */
  readonly epoch: number;
  /** pg_catalog excluded unless asked for by that schema's name. */
  relation(schema: string, name: string): CatalogRelation | null;
  relationByOid(oid: number): CatalogRelation | null;
  functions(schema: string, name: string): readonly CatalogFunction[];
  hasSchema(schema: string): boolean;
}
