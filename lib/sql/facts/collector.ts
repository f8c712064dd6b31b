import type { SqlMember } from '#lib/policies/members';
import { actionOf } from '#lib/policies/members';
import type { AccessRequest, ObjectRef } from '#lib/policies/model';
import type { SqlAttribute } from '../attributes.ts';
import type {
  ColumnRef,
  ColumnUse,
  ColumnUseKind,
  FunctionUse,
  LiteralSpan,
  ParameterUse,
  SqlFacts,
  SqlRefusal,
  TransactionVerb,
  UnresolvedName,
} from '../model.ts';

interface SettingChange {
  readonly name: string;
  readonly value: string | null;
  readonly local: boolean;
}

/** Gathers what one statement would do, each thing once. */
export class Collector {
  private readonly requestKeys = new Set<string>();
  private readonly functionKeys = new Set<string>();
  private readonly useKeys = new Set<string>();
  private readonly usedLists = new Map<readonly ColumnRef[], Set<ColumnUseKind>>();
  private readonly literalKeys = new Set<string>();
  readonly requests: AccessRequest[] = [];
  readonly functions: FunctionUse[] = [];
  readonly columns: ColumnUse[] = [];
  readonly literals: LiteralSpan[] = [];
  readonly parameters: ParameterUse[] = [];
  readonly refusals: SqlRefusal[] = [];
  readonly unresolved: UnresolvedName[] = [];
  readonly settings: SettingChange[] = [];
  readonly setsOff: string[] = [];
  readonly attributes: Partial<Record<SqlAttribute, boolean | number | string>> = {};
  changesNames = false;
  transaction: TransactionVerb | null = null;
  prepares: SqlFacts['prepares'] = null;
  deallocates: string | null = null;
  opensCursor: SqlFacts['opensCursor'] = null;
  closesCursor: string | null = null;

  request(member: SqlMember, object: ObjectRef): void {
    const name = 'name' in object ? object.name : '';
    const schema = 'schema' in object ? object.schema : '';
    const key = `${member}\0${object.kind}\0${schema}\0${name}`;
    if (this.requestKeys.has(key)) return;
    this.requestKeys.add(key);
    const action = actionOf(member);
    if (action === null) throw new Error(`no action stands over ${member}`);
    this.requests.push({ action, member, object });
  }

  function(use: FunctionUse): void {
    const key = `${use.schema}\0${use.name}`;
    if (this.functionKeys.has(key)) return;
    this.functionKeys.add(key);
    this.functions.push(use);
  }

  use(columns: readonly ColumnRef[], kind: ColumnUseKind, where: string): void {
    if (columns.length === 0) return;
    const before = this.usedLists.get(columns);
    if (before?.has(kind)) return;
    if (before === undefined) this.usedLists.set(columns, new Set([kind]));
    else before.add(kind);
    for (const column of columns) {
      const key = `${kind}\0${column.schema}\0${column.table}\0${column.column}`;
      if (this.useKeys.has(key)) continue;
      this.useKeys.add(key);
      this.columns.push({ column, kind, where });
    }
  }

  literal(span: LiteralSpan): void {
    const column = span.column;
    const key = `${span.start}\0${column === null ? '' : `${column.schema}\0${column.table}\0${column.column}`}`;
    if (this.literalKeys.has(key)) return;
    this.literalKeys.add(key);
    this.literals.push(span);
  }

  parameter(number: number, column: ColumnRef): void {
    this.parameters.push({ number, column });
  }

  refuse(message: string, hint: string | null, sqlState?: string): void {
    if (this.refusals.some((refusal) => refusal.message === message)) return;
    this.refusals.push(sqlState === undefined ? { message, hint } : { message, hint, sqlState });
  }

  notResolved(kind: UnresolvedName['kind'], name: string): void {
    if (!this.unresolved.some((known) => known.kind === kind && known.name === name)) {
      this.unresolved.push({ kind, name });
    }
  }

  sets(sentence: string): void {
    if (!this.setsOff.includes(sentence)) this.setsOff.push(sentence);
  }

  mark(attribute: SqlAttribute, value: boolean | number | string): void {
    this.attributes[attribute] = value;
  }

  /** Everything that other facts ask for and use, as if it stood here. */
  include(facts: SqlFacts): void {
    for (const { member, object } of facts.requests) this.request(member as SqlMember, object);
    for (const use of facts.functions) this.function(use);
    for (const { column, kind, where } of facts.columns) this.use([column], kind, where);
    for (const { kind, name } of facts.unresolved) this.notResolved(kind, name);
    for (const refusal of facts.refusals) this.refuse(refusal.message, refusal.hint, refusal.sqlState);
    for (const sentence of facts.setsOff) this.sets(sentence);
    for (const name of ['opaque', 'dynamic_text', 'reads_statistics'] as const) {
      if (facts.attributes[name] === true) this.mark(name, true);
    }
    if (!facts.requests.some(({ action }) => action === 'write')) return;
    this.mark('rows_known', -1);
    if (facts.attributes.has_where !== true) this.mark('has_where', false);
  }

  /** EXPLAIN prepares, opens and ends nothing, even with ANALYZE. */
  explained(): void {
    this.transaction = null;
    this.prepares = null;
    this.deallocates = null;
    this.opensCursor = null;
    this.closesCursor = null;
  }

  /** EXPLAIN without ANALYZE: nothing of what is written or made happens, it is only looked at. */
  planOnly(): void {
    const planned = this.requests.splice(0);
    this.requestKeys.clear();
    for (const { member, object } of planned) {
      this.request(runsOnlyWhenExecuted.has(member) ? 'select' : (member as SqlMember), object);
    }
    this.changesNames = false;
  }

  /** Lookups and what is derived become uses like any other: estimates and plans tell of the value. */
  usesAreSeen(where: string): void {
    const seen = this.columns.filter(({ kind }) => kind === 'equality' || kind === 'derived');
    const columns = seen.map(({ column }) => column);
    this.use(columns, 'compute', where);
  }
}

const runsOnlyWhenExecuted: ReadonlySet<string> = new Set([
  'insert',
  'update',
  'delete',
  'merge',
  'lock_rows',
  'next_value',
  'set_sequence',
  'create_table',
  'create_temp_table',
  'create_view',
]);
