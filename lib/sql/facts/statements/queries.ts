import type { CopyStmt, ExplainStmt, IntoClause, Node, SelectStmt } from 'libpg-query';
import { callValue, mentionFunction } from '../call.ts';
import { readWhere } from '../condition.ts';
import { compose, composed } from '../expression.ts';
import { factsOfPrepared, factsOfStatement } from '../facts.ts';
import { relationItem } from '../from.ts';
import { newRelation, noteSetsOff, withOverlayAside } from '../made.ts';
import { as, kindOf, optionOn, stringsOf } from '../nodes.ts';
import { queryColumns } from '../query.ts';
import { relationColumns, requestRead, resolveRelation, tablesBehind, viewSentence } from '../relation.ts';
import { readStatement, type StatementReaders, type StatementResult } from '../statement.ts';
import { type Columns, columnsOfOutputs, noColumns, plain, unknownColumns, wholeOf } from '../value.ts';
import { type Walk, withScope } from '../walk.ts';

const onlyText = (name: string): Columns => ({ named: [{ name, value: plain }], open: null });

function withRows(walk: Walk, node: Node, tag: string, returns: boolean): StatementResult {
  const columns = queryColumns(walk, node);
  return { tag, columns: returns ? columns : null };
}

/** SELECT, INSERT, UPDATE, DELETE, MERGE, COPY, EXPLAIN, DO, CALL, prepared statements and cursors. */
export const queryStatements: StatementReaders = {
  SelectStmt: selectStatement,
  InsertStmt: (body, walk) =>
    withRows(walk, { InsertStmt: body }, 'INSERT', body.returningClause !== undefined),
  UpdateStmt: (body, walk) =>
    withRows(walk, { UpdateStmt: body }, 'UPDATE', body.returningClause !== undefined),
  DeleteStmt: (body, walk) =>
    withRows(walk, { DeleteStmt: body }, 'DELETE', body.returningClause !== undefined),
  MergeStmt: (body, walk) => withRows(walk, { MergeStmt: body }, 'MERGE', body.returningClause !== undefined),
  CreateTableAsStmt: (body, walk) => {
    const view = body.objtype === 'OBJECT_MATVIEW';
    const tag = view ? 'CREATE MATERIALIZED VIEW' : body.is_select_into ? 'SELECT INTO' : 'CREATE TABLE AS';
    if (body.query === undefined) return { tag, columns: null };
    const made = as(body.query, 'ExecuteStmt');
    const columns = made === null ? queryColumns(walk, body.query) : executed(walk, made);
    makeFrom(walk, body.into, columns, view ? 'm' : 'r', tag);
    return { tag, columns: null };
  },
  CopyStmt: copyStatement,
  ExplainStmt: explainStatement,
  PrepareStmt: (body, walk) => {
    const { out, text } = walk.statement;
    const name = body.name ?? '';
    if (body.query === undefined) return { tag: 'PREPARE', columns: null };
    readStatement(walk, body.query);
    const statement = { kind: kindOf(body.query), node: body.query, start: 0, end: text.length };
    out.prepares = { name, prepared: { text, statement } };
    out.literals.splice(0);
    return { tag: 'PREPARE', columns: null };
  },
  ExecuteStmt: (body, walk) => ({ tag: 'EXECUTE', columns: rowsOf(executed(walk, body)) }),
  DeallocateStmt: (body, walk) => {
    walk.statement.out.deallocates = body.isall || body.name === undefined ? '*' : body.name;
    return { tag: 'DEALLOCATE', columns: null };
  },
  DeclareCursorStmt: (body, walk) => {
    const tag = 'DECLARE CURSOR';
    if (body.query === undefined) return { tag, columns: null };
    const result = readStatement(walk, body.query);
    const facts = factsOfStatement(walk.statement, result);
    walk.statement.out.opensCursor = { name: body.portalname ?? '', facts };
    return { tag, columns: null };
  },
  ClosePortalStmt: (body, walk) => {
    walk.statement.out.closesCursor = body.portalname ?? '*';
    return { tag: 'CLOSE CURSOR', columns: null };
  },
  FetchStmt: (body, walk) => {
    const name = body.portalname ?? '';
    const facts = walk.statement.session.cursors?.get(name) ?? null;
    if (facts === null) walk.statement.out.notResolved('cursor', name);
    else walk.statement.out.include(facts);
    if (body.ismove) return { tag: 'MOVE', columns: null };
    return { tag: 'FETCH', columns: facts === null ? unknownColumns : columnsOfOutputs(facts) };
  },
  DoStmt: (_body, walk) => {
    const { out } = walk.statement;
    out.request('do_block', { kind: 'resource' });
    out.mark('opaque', true);
    out.changesNames = true;
    walk.statement.names.overlay.removed = true;
    return { tag: 'DO', columns: null };
  },
  CallStmt: (body, walk) => {
    const { out } = walk.statement;
    const call = body.funccall ?? {};
    callValue(call, walk);
    for (const request of out.requests.filter((known) => known.member === 'call_function')) {
      out.request('call_procedure', request.object);
    }
    mentionFunction(walk, call.funcname);
    out.changesNames = true;
    return { tag: 'CALL', columns: unknownColumns };
  },
};

function selectStatement(body: SelectStmt, walk: Walk): StatementResult {
  const columns = queryColumns(walk, { SelectStmt: body });
  const into = intoOf(body);
  if (into === undefined) return { tag: 'SELECT', columns };
  makeFrom(walk, into, columns, 'r', 'SELECT INTO');
  return { tag: 'SELECT INTO', columns: null };
}

/** INTO stands in the leftmost part of a set operation. */
function intoOf(select: SelectStmt): IntoClause | undefined {
  let part: SelectStmt | undefined = select;
  while (part !== undefined && part.intoClause === undefined) part = part.larg;
  return part?.intoClause;
}

/** A table or materialised view is made from a query: what it copies is used. */
function makeFrom(
  walk: Walk,
  into: IntoClause | undefined,
  columns: Columns,
  kind: 'r' | 'm',
  phrase: string,
): void {
  walk.statement.out.use(wholeOf(columns).refs, 'compute', phrase);
  const renamed = stringsOf(into?.colNames) ?? [];
  const names = columns.named.map((column, index) => renamed[index] ?? column.name);
  newRelation(walk.statement, into?.rel ?? {}, kind, {
    columns: columns.open === null ? names : null,
  });
}

function copyStatement(body: CopyStmt, walk: Walk): StatementResult {
  const { out } = walk.statement;
  const file = body.filename !== undefined;
  if (body.is_program) out.request('copy_program', { kind: 'resource' });
  else if (file) out.request(body.is_from ? 'read_server_file' : 'write_server_file', { kind: 'resource' });
  if (body.query !== undefined) {
    const result = readStatement(walk, body.query);
    const columns = result?.columns ?? unknownColumns;
    if (file) out.use(wholeOf(columns).refs, 'compute', 'COPY to a file');
    return { tag: 'COPY', columns: withoutOrigins(columns) };
  }
  const named = resolveRelation(walk.statement, body.relation ?? {});
  const all = relationColumns(walk, named);
  const listed = stringsOf(body.attlist);
  const generated = new Set(
    named.relation?.columns.filter((column) => column.generated).map(({ name }) => name),
  );
  const columns = copied(walk, all, listed, generated);
  if (!body.is_from) {
    requestRead(walk.statement, named, 'copy_to');
    const sentence = viewSentence(named);
    if (sentence !== null) out.sets(sentence);
    if (file) out.use(wholeOf(columns).refs, 'compute', 'COPY to a file');
    return { tag: 'COPY', columns: withoutOrigins(columns) };
  }
  for (const { schema, name } of [named, ...tablesBehind(walk.statement, named.relation)]) {
    out.request('copy_from', { kind: 'table', schema, name });
  }
  if (named.relation === null) out.notResolved('relation', `${named.schema}.${named.name}`);
  noteSetsOff(walk.statement, named.relation, 'INSERT');
  out.use(wholeOf(columns).refs, 'written', 'COPY … FROM');
  const scope = { items: [relationItem(walk, named, undefined)], parent: null };
  readWhere(body.whereClause, withScope(walk, scope), 'COPY … WHERE');
  return { tag: 'COPY', columns: null };
}

function copied(
  walk: Walk,
  all: Columns,
  listed: readonly string[] | null,
  generated: ReadonlySet<string>,
): Columns {
  if (listed === null || listed.length === 0) {
    return { named: all.named.filter((column) => !generated.has(column.name)), open: all.open };
  }
  const named = listed.map((name) => {
    const found = all.named.find((column) => column.name === name);
    if (found !== undefined) return found;
    if (all.open === null) walk.statement.out.notResolved('column', name);
    return { name, value: unknownColumns.open ?? plain };
  });
  return { named, open: null };
}

/** COPY sends no RowDescription. */
function withoutOrigins(columns: Columns): Columns {
  const named = columns.named.map(({ name, value }) => ({ name, value: { ...value, origin: undefined } }));
  return { named, open: columns.open };
}

function explainStatement(body: ExplainStmt, walk: Walk): StatementResult {
  const { out } = walk.statement;
  let analyze = false;
  for (const node of body.options ?? []) {
    const option = as(node, 'DefElem');
    if (option?.defname === 'analyze') analyze ||= optionOn(option.arg);
  }
  const inner = analyze && makesTable(body.query) ? walk : withOverlayAside(walk);
  if (body.query !== undefined) readStatement(inner, body.query);
  if (analyze && inner.statement.names.overlay.removed) walk.statement.names.overlay.removed = true;
  out.explained();
  out.mark('in_explain', true);
  out.usesAreSeen('EXPLAIN');
  if (analyze) out.mark('in_explain_analyze', true);
  else out.planOnly();
  return { tag: 'EXPLAIN', columns: onlyText('QUERY PLAN') };
}

function makesTable(query: Node | undefined): boolean {
  const select = as(query, 'SelectStmt');
  return select === null ? as(query, 'CreateTableAsStmt') !== null : intoOf(select) !== undefined;
}

function executed(walk: Walk, body: { name?: string; params?: Node[] }): Columns {
  const { statement } = walk;
  compose([composed(body.params, { ...walk, scope: null }, 'a parameter')], walk, 'a parameter');
  const name = body.name ?? '';
  const prepared = statement.session.prepared?.get(name);
  if (prepared === undefined) {
    statement.out.refuse(
      `prepared statement "${name}" does not exist`,
      'PREPARE it in this session, in a message of its own before EXECUTE.',
      '26000',
    );
    return unknownColumns;
  }
  const result = factsOfPrepared(walk, prepared);
  return result?.columns ?? noColumns;
}

/** An executed statement that returns no rows has no columns. */
function rowsOf(columns: Columns): Columns | null {
  return columns === noColumns ? null : columns;
}
