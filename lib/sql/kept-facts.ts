import type { Json } from '#lib/core/canonical-json';
import { dotted, splitName } from '#lib/core/dotted-name';
import type { ObjectRef } from '#lib/policies/model';
import { type KeptFacts, type KeptStatement, keptFactsSchema } from './kept-facts-schema.ts';
import type { ColumnRef, OutputColumn, SqlFacts } from './model.ts';

// What is kept of facts once a statement has run: no text and no offsets, so that equal statements
// have one digest, but everything that a decision reads, so that it can be taken again later. The web
// application imports this file, not the door: its bundler can't take the parser behind that.

export function keepFacts(facts: SqlFacts): Json {
  return {
    tag: facts.tag,
    requests: facts.requests.map(({ action, member, object }) => ({
      action,
      member,
      kind: object.kind,
      object: objectName(object),
    })),
    attributes: { ...facts.attributes },
    functions: facts.functions.map(({ schema, name, volatility, harmless }) => ({
      name: dotted(schema, name),
      volatility,
      harmless,
    })),
    columns: facts.columns.map((use) => ({
      column: columnName(use.column),
      use: use.kind,
      where: use.where,
    })),
    outputs:
      facts.outputs?.map((output) => ({
        name: output.name,
        kind: output.kind,
        from: sourcesOf(output),
        ...(output.kind === 'union' && output.own !== undefined ? { own: output.own } : {}),
      })) ?? null,
    outputsUnknown: facts.outputsUnknown,
    refusals: facts.refusals.map(({ message }) => message),
    unresolved: facts.unresolved.map(({ kind, name }) => `${kind} ${name}`),
    setsOff: [...facts.setsOff],
    transaction: facts.transaction,
    settings: facts.settings.map(({ name, value, local }) => ({ name, value, local })),
  };
}

/** Several statements of one message that were decided as one. */
export function keepAll(statements: readonly Json[]): Json {
  return { statements: [...statements] };
}

/** `*`, `schema.*` or `schema.name`, as scopes and usage spell it. */
export function objectName(object: ObjectRef): string {
  switch (object.kind) {
    case 'resource':
      return '*';
    case 'schema':
      return `${dotted(object.schema)}.*`;
    default:
      return dotted(object.schema, object.name);
  }
}

/** The statements' facts, as a decision reads them; null: they were kept in a form that can't be read. */
export function readKeptFacts(kept: unknown): readonly KeptFacts[] | null {
  const parsed = keptFactsSchema.safeParse(kept);
  if (!parsed.success) return null;
  try {
    return ('statements' in parsed.data ? parsed.data.statements : [parsed.data]).map(factsOf);
  } catch (error) {
    if (error instanceof NameFault) return null;
    throw error;
  }
}

class NameFault extends Error {}

function factsOf(kept: KeptStatement): KeptFacts {
  return {
    tag: kept.tag,
    requests: kept.requests.map(({ action, member, kind, object }) => ({
      action,
      member,
      object: objectOf(kind, object),
    })),
    attributes: kept.attributes,
    functions: kept.functions.map(({ name, volatility, harmless }) => {
      const [schema, own] = partsOf(name, 2);
      return { schema: schema as string, name: own as string, volatility, harmless };
    }),
    columns: kept.columns.map(({ column, use, where }) => ({ column: columnOf(column), kind: use, where })),
    outputs: kept.outputs?.map(outputOf) ?? null,
    outputsUnknown: kept.outputsUnknown,
    refusals: kept.refusals.map((message) => ({ message, hint: null })),
    unresolved: kept.unresolved.map(({ kind, name }) => ({ kind, name })),
  };
}

function outputOf({ name, kind, from, own }: NonNullable<KeptStatement['outputs']>[number]): OutputColumn {
  const columns = (from ?? []).map(columnOf);
  const [column] = columns;
  if (kind === 'column' && column !== undefined) return { name, kind, column };
  if (kind === 'union') return { name, kind, columns, ...(own === undefined ? {} : { own }) };
  if (kind === 'computed') return { name, kind, from: columns };
  return { name, kind: 'unknown' };
}

function objectOf(kind: ObjectRef['kind'], name: string): ObjectRef {
  if (kind === 'resource') return { kind };
  const [schema, own] = partsOf(name, 2) as [string, string];
  return kind === 'schema' ? { kind, schema } : { kind, schema, name: own };
}

function columnOf(name: string): ColumnRef {
  const [schema, table, column] = partsOf(name, 3) as [string, string, string];
  return { schema, table, column };
}

function partsOf(name: string, count: number): readonly string[] {
  const parts = splitName(name);
  if (parts?.length !== count) throw new NameFault(name);
  return parts.map(({ text }) => text);
}

function columnName({ schema, table, column }: ColumnRef): string {
  return dotted(schema, table, column);
}

function sourcesOf(output: OutputColumn): string[] | null {
  if (output.kind === 'column') return [columnName(output.column)];
  if (output.kind === 'union') return output.columns.map(columnName);
  return output.kind === 'computed' ? output.from.map(columnName) : null;
}
