import type { Catalog, CatalogFunction, CatalogOperator, CatalogRelation, CatalogType } from '../model.ts';

export interface CatalogParts {
  readonly database: string;
  readonly relations: readonly CatalogRelation[];
  readonly functions: readonly CatalogFunction[];
  readonly operators: readonly CatalogOperator[];
  readonly types: readonly CatalogType[];
  readonly schemas: ReadonlySet<string>;
}

/** Grows over all catalogs of the process: no two of them that differ share an epoch. */
let lastEpoch = 0;

/** A catalog at one moment. */
export class CatalogSnapshot implements Catalog {
  readonly epoch = ++lastEpoch;
  readonly database: string;
  readonly parts: CatalogParts;
  /** What it was read from: equal ones mean equal catalogs. */
  readonly fingerprint: string;
  private readonly byName = new Map<string, CatalogRelation>();
  private readonly byOid = new Map<number, CatalogRelation>();
  private readonly bySchema = new Map<string, CatalogRelation[]>();
  private readonly functionsByName = new Map<string, CatalogFunction[]>();
  private readonly operatorsByName = new Map<string, CatalogOperator[]>();
  private readonly typesByName = new Map<string, CatalogType>();

  constructor(parts: CatalogParts, fingerprint: string) {
    this.parts = parts;
    this.fingerprint = fingerprint;
    this.database = parts.database;
    for (const relation of parts.relations) this.keep(relation);
    for (const one of parts.functions) push(this.functionsByName, `${one.schema}\0${one.name}`, one);
    for (const one of parts.operators) push(this.operatorsByName, one.name, one);
    for (const type of parts.types) this.typesByName.set(`${type.schema}\0${type.name}`, type);
  }

  relation(schema: string, name: string): CatalogRelation | null {
    return this.byName.get(`${schema}\0${name}`) ?? null;
  }

  relationByOid(oid: number): CatalogRelation | null {
    return this.byOid.get(oid) ?? null;
  }

  relationsIn(schema: string): readonly CatalogRelation[] {
    return this.bySchema.get(schema) ?? [];
  }

  functions(schema: string, name: string): readonly CatalogFunction[] {
    return this.functionsByName.get(`${schema}\0${name}`) ?? [];
  }

  hasSchema(schema: string): boolean {
    return this.parts.schemas.has(schema);
  }

  operators(name: string): readonly CatalogOperator[] {
    return this.operatorsByName.get(name) ?? [];
  }

  type(schema: string, name: string): CatalogType | null {
    return this.typesByName.get(`${schema}\0${name}`) ?? null;
  }

  private keep(relation: CatalogRelation): void {
    this.byOid.set(relation.oid, relation);
    // A composite type has columns, but nobody can read from it.
    if (relation.kind === 'c') return;
    this.byName.set(`${relation.schema}\0${relation.name}`, relation);
    if (['r', 'p', 'v', 'm', 'f'].includes(relation.kind)) push(this.bySchema, relation.schema, relation);
  }
}

function push<Key, Member>(map: Map<Key, Member[]>, key: Key, member: Member): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [member]);
  else list.push(member);
}
