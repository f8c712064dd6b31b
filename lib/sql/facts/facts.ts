import type {
  Catalog,
  MessageFacts,
  ParsedMessage,
  ParsedStatement,
  PreparedText,
  SqlFacts,
  SqlSessionState,
} from '../model.ts';
import { byteOffsets } from '../parser/offsets.ts';
import { parseSearchPath } from '../search-path.ts';
import { Collector } from './collector.ts';
import { Names, newOverlay, type Overlay, ownTemporary } from './names.ts';
import { surelySets } from './setting.ts';
import { readStatement, type StatementResult } from './statement.ts';
import { outputOf, unknownColumns } from './value.ts';
import { type StatementContext, TooDeep, type Walk } from './walk.ts';

/** Prepared statements that run each other are followed so far. */
const preparedDepthMax = 4;

/**
 * What every statement of a message would do. Pure: the same text, catalog and session state give the
 * same facts, so they may be cached by (text, catalog epoch, search_path, role, tempSchema).
 * A refused text has one statement, with the parser's refusal.
 */
export function factsOf(parsed: ParsedMessage, catalog: Catalog, session: SqlSessionState): MessageFacts {
  if (parsed.kind === 'refused') return { statements: [refusedText(parsed.error)] };
  const message = new Message(parsed, catalog, session);
  return { statements: parsed.statements.map((statement) => message.read(statement)) };
}

/** One message while its statements are read in order: each may change what names mean to the next. */
class Message {
  private readonly overlay: Overlay = newOverlay();
  private readonly toUnits: (byteOffset: number) => number;
  private readonly prepared: Map<string, PreparedText>;
  private readonly cursors: Map<string, SqlFacts>;
  private readonly parsed: Extract<ParsedMessage, { kind: 'parsed' }>;
  private readonly catalog: Catalog;
  private session: SqlSessionState;
  /** What the end of the open transaction would do to names: nothing, or we can't tell. */
  private transaction: 'none' | 'clean' | 'changed';
  /** Why names of later statements can't be resolved any more; null while they can. */
  private unsettled: string | null = null;

  constructor(
    parsed: Extract<ParsedMessage, { kind: 'parsed' }>,
    catalog: Catalog,
    session: SqlSessionState,
  ) {
    this.parsed = parsed;
    this.catalog = catalog;
    this.toUnits = byteOffsets(parsed.text);
    this.prepared = new Map(session.prepared);
    this.cursors = new Map(session.cursors);
    this.session = { ...session, prepared: this.prepared, cursors: this.cursors };
    this.transaction = session.transaction ?? 'changed';
  }

  read(statement: ParsedStatement): SqlFacts {
    const { parsed } = this;
    const out = new Collector();
    const context: StatementContext = {
      names: new Names(this.catalog, this.session, this.overlay),
      session: this.session,
      out,
      text: parsed.text,
      toUnits: this.toUnits,
      bodies: 0,
      budget: { left: 50_000 + 10 * parsed.text.length },
    };
    const walk: Walk = { statement: context, scope: null, ctes: null, depth: 0 };
    const result = readSafely(walk, statement);
    out.mark('statements', parsed.statements.length);
    if (this.unsettled !== null && (out.requests.length > 0 || out.functions.length > 0)) {
      out.refuse(this.unsettled, 'Send the statement in a message of its own.');
    }
    const facts = factsOfStatement(context, result);
    this.after(facts, surelySets(statement.node));
    return facts;
  }

  private after(facts: SqlFacts, sure: boolean): void {
    for (const { name, value } of facts.settings) this.changed(name, sure ? value : null);
    if (facts.prepares !== null) this.prepared.set(facts.prepares.name, facts.prepares.prepared);
    if (facts.deallocates === '*') this.prepared.clear();
    else if (facts.deallocates !== null) this.prepared.delete(facts.deallocates);
    if (facts.opensCursor !== null) this.cursors.set(facts.opensCursor.name, facts.opensCursor.facts);
    if (facts.closesCursor === '*') this.cursors.clear();
    else if (facts.closesCursor !== null) this.cursors.delete(facts.closesCursor);
    this.ended(facts);
  }

  private ended(facts: SqlFacts): void {
    switch (facts.transaction) {
      case 'begin':
        if (this.transaction === 'none') this.transaction = 'clean';
        return;
      case 'commit':
      case 'rollback':
      case 'rollback_to':
      case 'prepare':
        if (this.transaction === 'changed') {
          this.unsettled = `names may mean something else after ${facts.tag}`;
        }
        if (facts.transaction !== 'rollback_to') this.transaction = 'none';
        return;
      default:
        if (facts.changesNames) this.transaction = 'changed';
    }
  }

  private changed(name: string, value: string | null): void {
    if (name === 'search_path') {
      if (value === null) this.unsettled = 'names may mean something else after the change of search_path';
      else this.session = { ...this.session, searchPath: parseSearchPath(value) };
    }
    if (name === 'role' || name === 'session_authorization') {
      if (value === null || value === 'none') {
        this.unsettled = `names may mean something else after the change of ${name}`;
      } else this.session = { ...this.session, role: value };
    }
  }
}

function readSafely(walk: Walk, statement: ParsedStatement): StatementResult | null {
  const { out } = walk.statement;
  try {
    return readStatement(walk, statement.node);
  } catch (error) {
    if (!(error instanceof TooDeep) && !(error instanceof RangeError)) throw error;
    out.refuse(
      'the statement is nested too deeply, or too large, to be checked',
      'Write it with fewer nested terms, or in several statements.',
      '54001',
    );
    return null;
  }
}

/** The facts of what a collector has gathered. */
export function factsOfStatement(statement: StatementContext, result: StatementResult | null): SqlFacts {
  const { out } = statement;
  const columns = result === null ? unknownColumns : result.columns;
  const outputs = columns === null ? null : columns.named.map(outputOf);
  const open = columns !== null && columns.open !== null;
  for (const output of outputs ?? []) {
    const refs = output.kind === 'column' ? [output.column] : output.kind === 'union' ? output.columns : [];
    out.use(refs, 'output', 'the result');
  }
  const writes = out.requests.filter((request) => request.action === 'write');
  const made = out.requests.filter((request) => request.action === 'write' || request.action === 'schema');
  return {
    tag: result?.tag ?? 'UNKNOWN',
    requests: [...out.requests],
    attributes: {
      has_where: out.attributes.has_where ?? true,
      rows_known: out.attributes.rows_known ?? -1,
      writes: writes.length,
      returns_rows: columns !== null,
      calls_functions: out.functions.filter((use) => !use.harmless).length,
      temporary_only: made.length > 0 && made.every(({ object }) => isTemporary(object)),
      unresolved: out.unresolved.length,
      ...out.attributes,
    },
    refusals: [...out.refusals],
    functions: [...out.functions],
    columns: [...out.columns],
    outputs: open ? [...(outputs ?? []), { kind: 'unknown', name: '*' }] : outputs,
    outputsUnknown: open,
    unresolved: [...out.unresolved],
    literals: [...out.literals],
    parameters: [...out.parameters],
    transaction: out.transaction,
    settings: [...out.settings],
    changesNames: out.changesNames,
    prepares: out.prepares,
    deallocates: out.deallocates,
    opensCursor: out.opensCursor,
    closesCursor: out.closesCursor,
    setsOff: [...out.setsOff],
  };
}

function isTemporary(object: SqlFacts['requests'][number]['object']): boolean {
  return 'schema' in object && object.schema === ownTemporary;
}

/** Reads what EXECUTE runs, with the names that it has now. */
export function factsOfPrepared(walk: Walk, prepared: PreparedText): StatementResult | null {
  if (walk.statement.bodies >= preparedDepthMax) throw new TooDeep('prepared statements run each other');
  const inner: Walk = {
    statement: { ...walk.statement, text: prepared.text, toUnits: null, bodies: walk.statement.bodies + 1 },
    scope: null,
    ctes: null,
    depth: walk.depth,
  };
  return readStatement(inner, prepared.statement.node);
}

function refusedText(error: Extract<ParsedMessage, { kind: 'refused' }>['error']): SqlFacts {
  const out = new Collector();
  out.refuse(error.message, error.hint, error.sqlState);
  const statement = { out } as StatementContext;
  return {
    ...factsOfStatement(statement, null),
    tag: error.sqlState === '42601' ? 'SYNTAX ERROR' : 'UNKNOWN',
  };
}
