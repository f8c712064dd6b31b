import { harmlessExtensions } from '../builtin/special.ts';
import type {
  Catalog,
  CatalogColumn,
  CatalogFunction,
  CatalogOperator,
  CatalogRelation,
  CatalogType,
} from '../model.ts';
import { Definitions } from './definitions.ts';
import * as questions from './questions.ts';
import { setsOffSentences } from './sets-off.ts';
import { CatalogSnapshot } from './snapshot.ts';

/** Rows as the wire gives them: every value as text. */
export type Rows = readonly (readonly (string | null)[])[];

export type Ask = (question: string) => Promise<Rows>;

interface Kept {
  readonly definitions: Definitions;
  readonly system: readonly CatalogRelation[];
}

const kept = new WeakMap<Catalog, Kept>();

/**
 * Reads a target's catalog through a connection; a dozen questions, one when nothing has changed since
 * `before`, which is then returned as it is. Run it in one REPEATABLE READ, read-only transaction where
 * that can be had, so that the answers belong together. Under a search_path that puts another schema
 * before pg_catalog, views keep no definition: what they show is unknown.
 */
export async function readCatalog(ask: Ask, before: Catalog | null): Promise<Catalog> {
  const [first] = await ask(questions.fingerprint);
  const [database, path, versions] = first ?? [];
  const fingerprint = JSON.stringify([database, path, versions]);
  if (before instanceof CatalogSnapshot && before.fingerprint === fingerprint) return before;
  const last = before === null ? undefined : kept.get(before);
  const definitions = new Definitions(last?.definitions ?? null);
  const system = last?.system ?? systemRelations(await ask(questions.systemRelations));
  const definitionPath = JSON.parse(path ?? '[]') as string[];
  const catalog = new CatalogSnapshot(
    {
      database: database ?? '',
      relations: [...system, ...(await readRelations(ask, definitions, definitionPath))],
      functions: await readFunctions(ask, definitions),
      operators: readOperators(await ask(questions.operators)),
      types: readTypes(await ask(questions.types), await ask(questions.typeCalls)),
      schemas: new Set((await ask(questions.schemas)).map(([name]) => name ?? '')),
    },
    fingerprint,
  );
  kept.set(catalog, { definitions, system });
  return catalog;
}

function systemRelations(rows: Rows): readonly CatalogRelation[] {
  return rows.map(([oid, schema, name, kind, columns]) => ({
    oid: Number(oid),
    schema: schema ?? '',
    name: name ?? '',
    kind: kind ?? 'r',
    columns: (JSON.parse(columns ?? '[]') as [string, number, number][]).map(([column, number, typeOid]) => ({
      name: column,
      number,
      typeOid,
    })),
    viewDefinition: null,
    setsOff: [],
  }));
}

async function readRelations(
  ask: Ask,
  definitions: Definitions,
  definitionPath: readonly string[],
): Promise<CatalogRelation[]> {
  const firstSchema = definitionPath.find((schema) => !schema.startsWith('pg_temp'));
  const rows = await ask(questions.relations(firstSchema === 'pg_catalog'));
  const columns = columnsOf(
    await ask(questions.attributes),
    await ask(questions.defaultCalls),
    await ask(questions.generatedFrom),
  );
  const parents = grouped(await ask(questions.parents), ([child]) => child ?? '');
  const setsOff = setsOffSentences(
    {
      triggers: await ask(questions.triggers),
      foreignKeys: await ask(questions.foreignKeys),
      rules: await ask(questions.rules),
      policies: await ask(questions.policies),
    },
    new Set(rows.filter((row) => row[5] === 'true').map(([oid]) => oid ?? '')),
  );
  const relations: CatalogRelation[] = [];
  for (const [oid, schema, name, kind, definition] of rows) {
    const viewTree = await definitions.view(definition ?? null);
    relations.push({
      oid: Number(oid),
      schema: schema ?? '',
      name: name ?? '',
      kind: kind ?? 'r',
      columns: columns.get(oid ?? '') ?? [],
      viewDefinition: definition ?? null,
      viewTree,
      definitionPath,
      setsOff: setsOff.get(oid ?? '') ?? [],
      parents: (parents.get(oid ?? '') ?? []).map(([, parent]) => Number(parent)),
    });
  }
  return relations;
}

function columnsOf(rows: Rows, calls: Rows, made: Rows): Map<string, CatalogColumn[]> {
  const sources = grouped(made, ([relation, number]) => `${relation}.${number}`);
  const defaults = grouped(calls, ([relation, number]) => `${relation}.${number}`);
  const columns = new Map<string, CatalogColumn[]>();
  for (const [relation, name, number, type, generated] of rows) {
    const list = columns.get(relation ?? '') ?? [];
    const called = (defaults.get(`${relation}.${number}`) ?? []).flatMap(([, , name]) => name ?? []);
    list.push({
      name: name ?? '',
      number: Number(number),
      typeOid: Number(type),
      generated: (generated ?? '') !== '',
      generatedFrom: (sources.get(`${relation}.${number}`) ?? []).flatMap(([, , source]) => source ?? []),
      defaultCalls: called,
    });
    columns.set(relation ?? '', list);
  }
  return columns;
}

interface FunctionRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly argumentCount: number;
  readonly defaultCount: number;
  readonly variadic: boolean;
  readonly volatility: string;
  readonly language: string;
  readonly owner: string;
  readonly securityDefiner: boolean;
  readonly returnsSet: boolean;
  readonly names: readonly string[] | null;
  readonly modes: readonly string[] | null;
  readonly settings: readonly string[] | null;
  readonly source: string | null;
  readonly definition: string | null;
  readonly rowType: readonly string[] | null;
  readonly record: boolean;
  readonly extension: string | null;
}

const volatilities = { i: 'immutable', s: 'stable' } as const;

async function readFunctions(ask: Ask, definitions: Definitions): Promise<CatalogFunction[]> {
  const functions: CatalogFunction[] = [];
  for (const [json] of await ask(questions.functions)) {
    const row = JSON.parse(json ?? '{}') as FunctionRow;
    const { names, modes, volatility, rowType, record, ...plain } = row;
    const bodyTree = await definitions.body(row.source, row.definition);
    const named = (wanted: readonly string[]) =>
      (names ?? []).filter((_name, index) => wanted.includes(modes?.[index] ?? 'i'));
    const out = named(['o', 'b', 't']).map((name, index) => name || `column${index + 1}`);
    const columns = out.length > 0 ? out : rowType;
    const shape = columns === null && record ? {} : { resultColumns: columns };
    functions.push({
      ...plain,
      ...shape,
      volatility: volatilities[volatility as 'i' | 's'] ?? 'volatile',
      argumentNames: named(['i', 'b', 'v']),
      settings: row.settings ?? [],
      body: row.source ?? row.definition,
      bodyTree,
    });
  }
  return functions;
}

function readOperators(rows: Rows): CatalogOperator[] {
  return rows.map(([schema, name, functionSchema, functionName, extension]) => ({
    schema: schema ?? '',
    name: name ?? '',
    functionSchema: functionSchema ?? '',
    functionName: functionName ?? '',
    trusted: harmlessExtensions.has(extension ?? ''),
  }));
}

function readTypes(rows: Rows, callRows: Rows): CatalogType[] {
  const untrusted = callRows.filter(([, , extension]) => !harmlessExtensions.has(extension ?? ''));
  const calls = grouped(untrusted, ([type]) => type ?? '');
  return rows.map(([oid, schema, name, kind]) => ({
    oid: Number(oid),
    schema: schema ?? '',
    name: name ?? '',
    kind: kind ?? 'b',
    calls: (calls.get(oid ?? '') ?? []).flatMap(([, called]) => called ?? []),
  }));
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  return Map.groupBy(rows, key);
}
