import type { Node } from 'libpg-query';
import type { PolicyFacts, Refusal } from '#lib/policies/model';

/** A base column: what masks name and lineage ends at. */
export interface ColumnRef {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/**
 * How a statement uses a base column. `output` is the column itself in the result; `equality` is
 * `column = constant or parameter` as a top-level AND term of a WHERE; `written` is a new value
 * stored; `shown` is a view, rule or index over it that lasts; `derived` is a use that can't fail by the
 * value and of which nothing is seen but what it yields (lower(), a cast to text, a whole row);
 * `moved`: it gets another name or place, where its mask would not find it; `compute` is every other use
 * (sort, group, join, function, cast, write source).
 */
export type ColumnUseKind = 'output' | 'equality' | 'written' | 'derived' | 'compute' | 'shown' | 'moved';

export interface ColumnUse {
  readonly column: ColumnRef;
  readonly kind: ColumnUseKind;
  /** For people: `ORDER BY`, `lower()`, `whole row`. */
  readonly where: string;
}

/** What RowDescription reports of a column that is a plain table column; null: it reports 0 and 0. */
export interface ColumnOrigin {
  readonly tableOid: number;
  readonly attribute: number;
}

interface OutputName {
  readonly name: string;
  /** Absent: not known, don't compare. Otherwise RowDescription must agree, else mask everything. */
  readonly origin?: ColumnOrigin | null;
}

/** Where one result column comes from. */
export type OutputColumn = OutputName &
  (
    | { readonly kind: 'column'; readonly column: ColumnRef }
    /**
     * One of these base columns unchanged (UNION ALL, a merged join column, a partition and its parent).
     * `own`: so many of them; the others are what a generated column is made of.
     */
    | { readonly kind: 'union'; readonly columns: readonly ColumnRef[]; readonly own?: number }
    /** Computed from these base columns (possibly none: a constant). */
    | { readonly kind: 'computed'; readonly from: readonly ColumnRef[] }
    | { readonly kind: 'unknown' }
  );

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

/** A bound parameter that is compared with or stored in a column: masked on cards like a literal. */
export interface ParameterUse {
  /** `$1` is 1. */
  readonly number: number;
  readonly column: ColumnRef;
}

/** A name that means nothing in the catalog as it was read: stale, or the server will refuse it. */
export interface UnresolvedName {
  readonly kind: 'relation' | 'column' | 'function' | 'type' | 'schema' | 'cursor';
  readonly name: string;
}

/** A refusal that knows its SQLSTATE; the wire answers 42501 when it has none. */
export interface SqlRefusal extends Refusal {
  readonly sqlState?: string;
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
  /** True when not even the number of output columns is known: mask everything that comes back. */
  readonly outputsUnknown: boolean;
  /**
   * Names that could not be resolved. Where a resource has masks, a statement with any of them must not
   * run: it may use a masked column. Read the catalog again and ask for facts once more first.
   */
  readonly unresolved: readonly UnresolvedName[];
  readonly refusals: readonly SqlRefusal[];
  readonly literals: readonly LiteralSpan[];
  readonly parameters: readonly ParameterUse[];
  readonly transaction: TransactionVerb | null;
  /** Settings that it changes: name in lower case → new value, null when not a constant. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly local: boolean;
  }[];
  /** True when it may change what names mean (DDL, search_path, role): caches of facts end with it. */
  readonly changesNames: boolean;
  /** SQL PREPARE: keep it in SqlSessionState.prepared when the statement succeeds. */
  readonly prepares: { readonly name: string; readonly prepared: PreparedText } | null;
  /** SQL DEALLOCATE and DISCARD: the name, or `*` for all of them. */
  readonly deallocates: string | null;
  /** DECLARE CURSOR: keep these facts in SqlSessionState.cursors under this name when it succeeds. */
  readonly opensCursor: { readonly name: string; readonly facts: SqlFacts } | null;
  /** CLOSE: the cursor's name, or `*` for all of them. */
  readonly closesCursor: string | null;
  /** Owner-installed objects that it sets off (triggers, cascades, views, row security), for the card. */
  readonly setsOff: readonly string[];
}

/** The facts of one Query or Parse message, statement by statement; empty for an empty text. */
export interface MessageFacts {
  readonly statements: readonly SqlFacts[];
}

/** One statement of a parsed text. */
export interface ParsedStatement {
  /** Name of the syntax node: `SelectStmt`. */
  readonly kind: string;
  readonly node: Node;
  /** Offsets in UTF-16 units of the whole text, without white space around it and without the semicolon. */
  readonly start: number;
  readonly end: number;
}

export type ParsedMessage =
  | { readonly kind: 'parsed'; readonly text: string; readonly statements: readonly ParsedStatement[] }
  /**
   * The text is refused: it has a syntax error (42601), is too long, too deeply nested or took too long
   * (54001, 54000), or holds a character that Postgres can't (22021).
   */
  | { readonly kind: 'refused'; readonly text: string; readonly error: ParseError };

export interface ParseError {
  readonly sqlState: '42601' | '54001' | '54000' | '22021';
  readonly message: string;
  readonly hint: string | null;
  /** As ErrorResponse's P field counts: characters from 1; null when unknown. */
  readonly position: number | null;
}

/** What of a session changes the meaning of its texts. */
export interface SqlSessionState {
  readonly searchPath: readonly string[];
  readonly role: string;
  /** The session's own temporary schema (`pg_temp_3`), or null before its first temporary object. */
  readonly tempSchema: string | null;
  /**
   * Statements that SQL `EXECUTE name` may run: of SQL PREPARE (SqlFacts.prepares) and of Parse messages
   * with a name. A name that is not here is refused.
   */
  readonly prepared?: ReadonlyMap<string, PreparedText>;
  /**
   * The transaction block that the session is in: `none`; `clean`: nothing in it changed names
   * (SqlFacts.changesNames); `changed`: something did, so its end may change them back. Absent: `changed`.
   */
  readonly transaction?: 'none' | 'clean' | 'changed';
  /** Facts of open cursors by name (SqlFacts.opensCursor): what FETCH and MOVE run on. */
  readonly cursors?: ReadonlyMap<string, SqlFacts>;
}

/** A prepared statement: the message it stands in, and which statement of it. */
export interface PreparedText {
  readonly text: string;
  readonly statement: ParsedStatement;
}

export interface CatalogColumn {
  readonly name: string;
  /** Attribute number: what RowDescription reports. */
  readonly number: number;
  /** Of a domain: the type that it stands on, as RowDescription reports it. */
  readonly typeOid: number;
  /** A generated column: COPY leaves it out. */
  readonly generated?: boolean;
  /** Names of the columns that a generated one is made of. */
  readonly generatedFrom?: readonly string[];
  /** User functions that its default or generation expression calls: `schema.name`. */
  readonly defaultCalls?: readonly string[];
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
  /** The same, parsed; without it the lineage of the view's columns is unknown. */
  readonly viewTree?: ParsedMessage | null;
  /** Schemas in whose order the definition's unqualified names are meant; absent: pg_catalog only. */
  readonly definitionPath?: readonly string[];
  /** Triggers, cascading foreign keys and row security that a write to it sets off: sentences. */
  readonly setsOff: readonly string[];
  /** Oids of the tables that it is a partition of or inherits from. */
  readonly parents?: readonly number[];
  /** Made earlier in this message: it has no oid yet. */
  readonly fresh?: boolean;
  /** What columns it has isn't known. */
  readonly columnsUnknown?: boolean;
}

export interface CatalogFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly argumentCount: number;
  /** Arguments that have defaults: a call may leave them out. */
  readonly defaultCount?: number;
  readonly variadic?: boolean;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly language: string;
  readonly owner: string;
  readonly securityDefiner: boolean;
  readonly returnsSet: boolean;
  /** Names of the columns of its result (OUT arguments or a composite type); null: one nameless value. */
  readonly resultColumns?: readonly string[] | null;
  readonly argumentNames?: readonly string[];
  /** Source for language sql; null for others. */
  readonly body: string | null;
  /** The same, parsed; without it what the function does is unknown. */
  readonly bodyTree?: ParsedMessage | null;
  /** The extension that it belongs to. */
  readonly extension?: string | null;
  /** Settings of its SET clauses: names in lower case. */
  readonly settings?: readonly string[];
}

/** A user-defined operator, with the function behind it. */
export interface CatalogOperator {
  readonly schema: string;
  readonly name: string;
  readonly functionSchema: string;
  readonly functionName: string;
  /** It belongs to an extension whose functions are known harmless. */
  readonly trusted?: boolean;
}

export interface CatalogType {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** pg_type.typtype: b c d e p r m */
  readonly kind: string;
  /** User functions behind a cast to or from it, its input, or its domain checks: `schema.name`. */
  readonly calls: readonly string[];
}

/** A target's catalog at one moment, read by the gateway's control connection. Pure lookups. */
export interface Catalog {
  /** Grows with every re-read that found a change: part of the key of cached facts. */
  readonly epoch: number;
  /** Name of the database: what a three-part name must start with. Absent: three-part names are refused. */
  readonly database?: string;
  /** pg_catalog excluded unless asked for by that schema's name. */
  relation(schema: string, name: string): CatalogRelation | null;
  relationByOid(oid: number): CatalogRelation | null;
  functions(schema: string, name: string): readonly CatalogFunction[];
  hasSchema(schema: string): boolean;
  /** Tables, views, materialised views and foreign tables of a schema. */
  relationsIn?(schema: string): readonly CatalogRelation[];
  /** User-defined operators of a name, in every schema. */
  operators?(name: string): readonly CatalogOperator[];
  type?(schema: string, name: string): CatalogType | null;
}
