import type {
  Catalog,
  CatalogFunction,
  CatalogOperator,
  CatalogRelation,
  CatalogType,
  SqlSessionState,
} from '../model.ts';

/** What CREATE and DROP earlier in the same message did to the catalog. */
export interface Overlay {
  /** `schema\0name` → the relation, or null when it was dropped. */
  readonly relations: Map<string, CatalogRelation | null>;
  readonly functions: Map<string, CatalogFunction[]>;
  readonly schemas: Set<string>;
  /** Something may have taken away objects that are not named: DROP … CASCADE, DISCARD, code. */
  removed: boolean;
}

export function newOverlay(): Overlay {
  return { relations: new Map(), functions: new Map(), schemas: new Set(), removed: false };
}

export function copyOfOverlay({ relations, functions, schemas, removed }: Overlay): Overlay {
  return {
    relations: new Map(relations),
    functions: new Map(functions),
    schemas: new Set(schemas),
    removed,
  };
}

/** The name that the session's own temporary schema has in facts, whatever its number. */
export const ownTemporary = 'pg_temp';

/** Names as this session resolves them: the catalog, its search_path and temporary schema, and the message so far. */
export class Names {
  readonly catalog: Catalog;
  readonly overlay: Overlay;
  /** Schemas in the order in which relations and types are looked up. */
  readonly path: readonly string[];
  /** The same for functions and operators: never in the temporary schema. */
  readonly functionPath: readonly string[];
  /** Where a new object without a schema goes; null: nowhere, the server will refuse. */
  readonly creation: string | null;
  private readonly temporary: string | null;

  constructor(catalog: Catalog, session: SqlSessionState, overlay: Overlay) {
    this.catalog = catalog;
    this.overlay = overlay;
    this.temporary = session.tempSchema;
    const listed = session.searchPath
      .map((name) => (name === '$user' ? session.role : name))
      .map((name) => (name === session.tempSchema ? ownTemporary : name));
    const known = listed.filter((name) => name === ownTemporary || this.hasSchema(name));
    const path = known.includes('pg_catalog') ? known : ['pg_catalog', ...known];
    this.functionPath = path.filter((name) => name !== ownTemporary);
    this.path = known.includes(ownTemporary) ? path : [ownTemporary, ...path];
    this.creation = known.find((name) => name !== 'pg_catalog' || listed[0] === 'pg_catalog') ?? null;
  }

  hasSchema(name: string): boolean {
    return this.catalog.hasSchema(name) || this.overlay.schemas.has(name);
  }

  /** `pg_temp` for the session's own temporary schema under either of its names. */
  schemaName(schema: string): string {
    return schema === this.temporary ? ownTemporary : schema;
  }

  relationIn(schema: string, name: string): CatalogRelation | null {
    const shown = this.schemaName(schema);
    const made = this.overlay.relations.get(`${shown}\0${name}`);
    if (made !== undefined) return made;
    const real = shown === ownTemporary ? this.temporary : shown;
    if (real === null) return null;
    const found = this.catalog.relation(real, name);
    return found === null || shown === found.schema ? found : { ...found, schema: shown };
  }

  /** The relation that a name means; null: none known. */
  relation(schema: string | null, name: string): CatalogRelation | null {
    if (schema !== null) return this.relationIn(schema, name);
    for (const candidate of this.path) {
      const found = this.relationIn(candidate, name);
      if (found !== null) return found;
    }
    return null;
  }

  /** After something may have been taken away: the name would then mean another relation. */
  isUnsure(name: string): boolean {
    if (!this.overlay.removed) return false;
    return this.path.filter((schema) => this.relationIn(schema, name) !== null).length > 1;
  }

  /** Every function of this name that a call could mean. Builtin ones are known elsewhere. */
  functions(schema: string | null, name: string): readonly CatalogFunction[] {
    const schemas = schema === null ? this.functionPath : [this.schemaName(schema)];
    const found: CatalogFunction[] = [];
    for (const candidate of schemas) {
      if (candidate === 'pg_catalog') continue;
      const real = candidate === ownTemporary ? this.temporary : candidate;
      if (real !== null) found.push(...this.catalog.functions(real, name));
      found.push(...(this.overlay.functions.get(`${candidate}\0${name}`) ?? []));
    }
    return found;
  }

  operators(schema: string | null, name: string): readonly CatalogOperator[] {
    const all = this.catalog.operators?.(name) ?? [];
    if (all.length === 0) return all;
    return all.filter((operator) =>
      schema === null ? this.functionPath.includes(operator.schema) : operator.schema === schema,
    );
  }

  type(schema: string | null, name: string): CatalogType | null {
    for (const candidate of schema === null ? this.path : [schema]) {
      const real = candidate === ownTemporary ? this.temporary : candidate;
      const found = real === null ? null : (this.catalog.type?.(real, name) ?? null);
      if (found !== null) return found;
    }
    return null;
  }

  /** The schema of a relation that is not known: the one it was named with, or where it would be made. */
  assumedSchema(schema: string | null): string {
    return schema === null ? (this.creation ?? 'public') : this.schemaName(schema);
  }
}
