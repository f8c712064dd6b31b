// Random but valid statements over the shop's tables, the same for the same seed.

type Type = 'text' | 'int';

interface Column {
  readonly name: string;
  readonly type: Type;
}

interface Source {
  readonly alias: string;
  readonly columns: readonly Column[];
}

interface Query {
  readonly text: string;
  readonly columns: readonly Column[];
}

const text = (name: string): Column => ({ name, type: 'text' });
const int = (name: string): Column => ({ name, type: 'int' });

const tables: Readonly<Record<string, readonly Column[]>> = {
  customers: [int('id'), text('name'), text('email'), text('ssn'), text('phone')],
  orders: [int('id'), int('customer_id'), int('total_cents'), text('status')],
  payments: [int('id'), int('order_id'), text('card_number'), int('amount_cents')],
  people: [int('id'), text('tax_id'), text('shout')],
  'app.parted': [int('id'), text('ssn')],
  'app.parted_1': [int('id'), text('ssn')],
  'app.stored': [int('id'), text('ssn')],
  'other.customers': [int('id'), text('nothing')],
};

export class Grammar {
  private state: number;
  private names = 0;
  private ctes: { readonly name: string; readonly columns: readonly Column[] }[] = [];

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  statement(): string {
    const roll = this.below(16);
    if (roll === 0) return this.update();
    if (roll === 1) return this.remove();
    if (roll === 2) return this.insert();
    if (roll === 3) return this.merge();
    if (roll === 4) return this.writingCte();
    if (roll === 5) return this.upsert();
    if (roll === 6) return this.partition();
    return this.query(3, []).text;
  }

  private random(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private pick<Member>(list: readonly Member[]): Member {
    const member = list[this.below(list.length)];
    if (member === undefined) throw new Error('nothing to pick from');
    return member;
  }

  private fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  private table(): string {
    return this.pick([...Object.keys(tables), 'customers', 'customers', 'orders']);
  }

  private query(depth: number, outer: readonly Source[]): Query {
    const roll = this.below(10);
    if (depth > 0 && roll === 0) return this.setOperation(depth, outer);
    if (depth > 0 && roll === 1) return this.withCte(depth, outer);
    if (depth > 0 && roll === 2) return this.recursive(depth);
    return this.select(depth, outer);
  }

  private withCte(depth: number, outer: readonly Source[]): Query {
    const before = this.ctes;
    const name = this.pick([this.fresh('w'), 'customers']);
    const inner = this.query(depth - 1, []);
    this.ctes = [...before, { name, columns: inner.columns }];
    const main = this.select(depth - 1, outer);
    this.ctes = before;
    const kept = this.pick(['', 'MATERIALIZED ']);
    return { text: `WITH ${name} AS ${kept}(${inner.text}) ${main.text}`, columns: main.columns };
  }

  private recursive(depth: number): Query {
    const name = this.fresh('r');
    const base = this.select(depth - 1, [], [int('n'), text('s')]);
    const step = `SELECT ${name}.n + 1, ${this.pick([`${name}.s`, `upper(${name}.s)`, "'x'"])} FROM ${name} WHERE ${name}.n < 3`;
    const columns = [int('n'), text('s')];
    return {
      text: `WITH RECURSIVE ${name}(n, s) AS ((${base.text}) UNION ALL ${step}) SELECT n, s FROM ${name}`,
      columns,
    };
  }

  private setOperation(depth: number, outer: readonly Source[]): Query {
    const left = this.select(depth - 1, outer);
    const right = this.select(depth - 1, outer, left.columns);
    const operator = this.pick(['UNION ALL', 'UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', 'EXCEPT ALL']);
    return { text: `(${left.text}) ${operator} (${right.text})`, columns: left.columns };
  }

  /** `shape`: the columns that it must have. */
  private select(depth: number, outer: readonly Source[], shape?: readonly Column[]): Query {
    const { text: from, sources } = this.from(depth, outer);
    const scope = [...outer, ...sources];
    const where = this.below(2) === 0 ? ` WHERE ${this.condition(depth - 1, scope)}` : '';
    const roll = this.below(12);
    if (shape === undefined && roll === 0) {
      const source = this.pick(sources);
      return { text: `SELECT ${source.alias}.* FROM ${from}${where}`, columns: source.columns };
    }
    if (shape === undefined && roll === 1) return this.grouped(depth, from, where, scope);
    if (shape === undefined && roll === 4) return this.windowed(depth, from, where, scope);
    const wanted =
      shape ?? Array.from({ length: 1 + this.below(3) }, () => this.pick([text('x'), int('x'), text('x')]));
    const columns = wanted.map(({ type }) => ({ name: this.fresh('c'), type }));
    const list = columns.map(({ name, type }) => `${this.expression(type, depth - 1, scope)} AS ${name}`);
    const distinct = roll === 2 ? 'DISTINCT ' : '';
    const order = roll === 3 ? ` ORDER BY ${this.below(2) === 0 ? '1' : this.pick(columns).name}` : '';
    return { text: `SELECT ${distinct}${list.join(', ')} FROM ${from}${where}${order}`, columns };
  }

  private grouped(depth: number, from: string, where: string, scope: readonly Source[]): Query {
    const key = this.expression('text', depth - 1, scope);
    const count = this.pick(['count(*)::int', `count(${this.expression('text', 0, scope)})::int`]);
    const columns = [text(this.fresh('c')), int(this.fresh('c'))];
    const list = `${key} AS ${columns[0]?.name}, ${count} AS ${columns[1]?.name}`;
    const having = this.below(3) === 0 ? ` HAVING ${this.pick(['count(*) > 0', `max(${key}) < 'm'`])}` : '';
    const by = this.pick(['1', '1', key, `GROUPING SETS ((${key}), ())`, `ROLLUP (${key})`]);
    return { text: `SELECT ${list} FROM ${from}${where} GROUP BY ${by}${having}`, columns };
  }

  private windowed(depth: number, from: string, where: string, scope: readonly Source[]): Query {
    const columns = [text(this.fresh('c')), int(this.fresh('c'))];
    const over = this.pick([
      `PARTITION BY ${this.expression('text', depth - 1, scope)}`,
      `ORDER BY ${this.expression('text', depth - 1, scope)}`,
      `ORDER BY ${this.expression('int', 0, scope)} RANGE BETWEEN 1 PRECEDING AND CURRENT ROW`,
      '',
    ]);
    const value = this.expression('text', depth - 1, scope);
    const list = `max(${value}) OVER (${over}) AS ${columns[0]?.name}, (count(*) OVER (${over}))::int AS ${columns[1]?.name}`;
    return { text: `SELECT ${list} FROM ${from}${where}`, columns };
  }

  private from(depth: number, outer: readonly Source[]): { text: string; sources: readonly Source[] } {
    const first = this.source(depth, outer, []);
    const roll = this.below(8);
    if (depth <= 0 || roll > 3) return { text: first.text, sources: [first.source] };
    const second = this.source(depth - 1, outer, [first.source]);
    const sources = [first.source, second.source];
    if (roll === 0) return { text: `${first.text}, ${second.text}`, sources };
    const shared = first.source.columns.filter((column) =>
      second.source.columns.some(({ name, type }) => name === column.name && type === column.type),
    );
    const kind = this.pick(['JOIN', 'LEFT JOIN', 'JOIN']);
    const using = shared[0];
    const unique = (source: Source) =>
      new Set(source.columns.map(({ name }) => name)).size === source.columns.length;
    if (roll === 1 && using !== undefined && unique(first.source) && unique(second.source)) {
      return { text: `${first.text} ${kind} ${second.text} USING (${using.name})`, sources };
    }
    const on = this.condition(depth - 1, [...outer, ...sources]);
    return { text: `${first.text} ${kind} ${second.text} ON ${on}`, sources };
  }

  private source(
    depth: number,
    outer: readonly Source[],
    before: readonly Source[],
  ): { text: string; source: Source } {
    const alias = this.fresh('a');
    const roll = this.below(10);
    const cte = this.ctes.at(-1);
    if (cte !== undefined && roll < 3) {
      return { text: `${cte.name} ${alias}`, source: { alias, columns: cte.columns } };
    }
    if (depth > 0 && roll === 3) {
      const inner = this.query(depth - 1, []);
      const columns = inner.columns.map(({ type }) => ({ name: this.fresh('d'), type }));
      const names = columns.map(({ name }) => name).join(', ');
      return { text: `(${inner.text}) ${alias}(${names})`, source: { alias, columns } };
    }
    if (depth > 0 && roll === 4) {
      const inner = this.select(depth - 1, [...outer, ...before]);
      return { text: `LATERAL (${inner.text}) ${alias}`, source: { alias, columns: inner.columns } };
    }
    if (roll === 5) {
      const value = this.expression('text', 0, before);
      const array = before.length === 0 ? "ARRAY['p', 'q']" : `ARRAY[${value}]`;
      return { text: `unnest(${array}) ${alias}(u)`, source: { alias, columns: [text('u')] } };
    }
    if (roll === 6) {
      const inner = `(VALUES (1, ${this.expression('text', depth - 1, [])}), (2, 'v'))`;
      return { text: `${inner} ${alias}(n, v)`, source: { alias, columns: [int('n'), text('v')] } };
    }
    const name = this.table();
    const shadowed = cte?.name === name;
    const columns = shadowed ? (cte?.columns ?? []) : (tables[name] ?? []);
    return { text: `${name} ${alias}`, source: { alias, columns } };
  }

  private expression(type: Type, depth: number, scope: readonly Source[]): string {
    const columns = scope.flatMap(({ alias, columns }) =>
      columns.filter((column) => column.type === type).map(({ name }) => `${alias}.${name}`),
    );
    const roll = this.below(16);
    if (columns.length > 0 && (depth <= 0 || roll < 5)) return this.pick(columns);
    if (depth <= 0) return type === 'text' ? "'x'" : String(this.below(9));
    return type === 'text' ? this.textOver(depth, scope, roll) : this.intOver(depth, scope, roll);
  }

  private textOver(depth: number, scope: readonly Source[], roll: number): string {
    const one = () => this.expression('text', depth - 1, scope);
    const source = scope.at(-1);
    switch (roll) {
      case 5:
        return `${this.pick(['upper', 'reverse', 'btrim', 'md5'])}(${one()})`;
      case 6:
        return `(${one()} || ${one()})`;
      case 7:
        return `CASE WHEN ${this.condition(depth - 1, scope)} THEN ${one()} ELSE ${one()} END`;
      case 8:
        return `COALESCE(${one()}, ${one()})`;
      case 9:
        return `(SELECT max(m.${this.pick(['ssn', 'name'])}) FROM customers m WHERE ${this.condition(depth - 1, scope)})`;
      case 10:
        return source === undefined
          ? one()
          : this.pick([`${source.alias}::text`, `row_to_json(${source.alias})::text`]);
      case 11:
        return `concat(${one()}, '-', ${this.expression('int', depth - 1, scope)})`;
      case 12:
        return `((${one()} IS NULL)::text || left(${one()}, 2))`;
      case 13:
        return `(SELECT string_agg(${one()}, ',') FROM orders g WHERE g.id < 4)`;
      case 14:
        return `to_json(ROW(${one()}, 1))::text`;
      default:
        return source === undefined ? one() : this.field(source);
    }
  }

  private field(source: Source): string {
    const column = source.columns.find(({ type }) => type === 'text');
    return column === undefined ? "'y'" : `(${source.alias}).${column.name}`;
  }

  private intOver(depth: number, scope: readonly Source[], roll: number): string {
    if (roll < 7) return `length(${this.expression('text', depth - 1, scope)})`;
    if (roll < 9) return `app.opaque(${this.expression('int', depth - 1, scope)})`;
    return `(${this.expression('int', depth - 1, scope)} + ${this.below(5)})`;
  }

  private condition(depth: number, scope: readonly Source[]): string {
    const one = () => this.expression('text', depth, scope);
    switch (this.below(9)) {
      case 0:
        return `${one()} = ${one()}`;
      case 1:
        return `${one()} LIKE '%${this.below(10)}%'`;
      case 2:
        return `${this.expression('int', depth, scope)} < ${this.below(50)}`;
      case 3:
        return depth > 0 ? `EXISTS (${this.select(depth - 1, scope).text})` : 'true';
      case 4:
        return depth > 0 ? `${one()} IN (${this.select(depth - 1, scope, [text('x')]).text})` : 'true';
      case 5:
        return depth > 0 ? `NOT (${this.condition(depth - 1, scope)})` : 'true';
      case 6:
        return (
          `(${this.condition(depth - 1, scope)} AND ${this.condition(depth - 1, scope)})`.slice(
            0,
            depth > 0 ? undefined : 0,
          ) || 'true'
        );
      case 7:
        return `${one()} IS NOT NULL`;
      default:
        return `${this.expression('text', 0, scope)} = '${this.below(9)}'`;
    }
  }

  private update(): string {
    const target = { alias: 't', columns: tables.customers ?? [] };
    const scope = [target];
    const from = this.below(2) === 0 ? this.from(1, []) : null;
    const all = [...scope, ...(from?.sources ?? [])];
    const set = `${this.pick(['name', 'phone'])} = ${this.expression('text', 2, all)}`;
    const back = this.below(2) === 0 ? ` RETURNING ${this.expression('text', 1, all)} AS back` : '';
    const source = from === null ? '' : ` FROM ${from.text}`;
    return `UPDATE customers t SET ${set}${source} WHERE ${this.condition(2, all)}${back}`;
  }

  private merge(): string {
    const target = { alias: 't', columns: tables.customers ?? [] };
    const { text: from, source } = this.source(1, [], []);
    const all = [target, source];
    const when = () => (this.below(2) === 0 ? ` AND ${this.condition(1, all)}` : '');
    const matched = this.pick([
      `UPDATE SET ${this.pick(['name', 'phone'])} = ${this.expression('text', 1, all)}`,
      'DO NOTHING',
    ]);
    const bySource = this.below(3) === 0 ? ` WHEN NOT MATCHED BY SOURCE AND t.id < 3 THEN DO NOTHING` : '';
    const back =
      this.below(2) === 0
        ? ` RETURNING ${this.pick(['t.name', 'old.phone', 'new.name', 'merge_action()', 't.ssn'])} AS back`
        : '';
    const id = source.columns.find(({ type }) => type === 'int');
    const on = id === undefined ? 't.id = 1' : `t.id = ${source.alias}.${id.name}`;
    return `MERGE INTO customers t USING ${from} ON ${on}${this.below(3) === 0 ? ` AND ${this.condition(1, all)}` : ''} WHEN MATCHED${when()} THEN ${matched}${bySource}${back}`;
  }

  /** A write in a WITH, whose rows the query around it reads. */
  private writingCte(): string {
    const name = this.fresh('w');
    const scope = [{ alias: 't', columns: tables.payments ?? [] }];
    const back = this.expression('text', 1, scope);
    const inner = this.pick([
      `DELETE FROM payments t WHERE t.id < 9 RETURNING t.id AS n, ${back} AS s`,
      `UPDATE customers t SET phone = 'p' WHERE t.id < 9 RETURNING t.id AS n, ${this.pick(['t.ssn', 'upper(t.ssn)', 't.name', 'old.ssn'])} AS s`,
      `INSERT INTO app.audit (note) SELECT c.${this.pick(['name', 'ssn'])} FROM customers c WHERE c.id < 4 RETURNING 1 AS n, note AS s`,
    ]);
    const source = { alias: name, columns: [int('n'), text('s')] };
    return `WITH ${name} AS (${inner}) SELECT ${this.expression('text', 2, [source])} AS x FROM ${name} WHERE ${this.condition(1, [source])}`;
  }

  private upsert(): string {
    const all = [
      { alias: 't', columns: tables.customers ?? [] },
      { alias: 'excluded', columns: [text('name'), text('phone')] },
    ];
    const where = this.below(2) === 0 ? ` WHERE ${this.condition(1, all)}` : '';
    const back =
      this.below(2) === 0
        ? ` RETURNING ${this.pick(['t.name', 't.ssn', 'old.name', 'upper(new.ssn)'])} AS back`
        : '';
    const source = `SELECT c.id, c.${this.pick(['name', 'ssn'])}, c.email, 'q', c.phone, now() FROM customers c WHERE c.id < 9`;
    return `INSERT INTO customers AS t (id, name, email, ssn, phone, created_at) ${source} ON CONFLICT (id) DO UPDATE SET name = ${this.expression('text', 1, all)}${where}${back}`;
  }

  private partition(): string {
    const table = this.pick(['app.parted', 'app.parted_1']);
    const scope = [{ alias: 't', columns: tables['app.parted'] ?? [] }];
    const where = this.condition(2, scope);
    const back =
      this.below(2) === 0
        ? ` RETURNING ${this.pick(['t.ssn', 'old.ssn', 'reverse(t.ssn)', 't.id'])} AS back`
        : '';
    return this.pick([
      `UPDATE ${table} t SET id = t.id WHERE ${where}${back}`,
      `DELETE FROM ${table} t WHERE ${where}${back}`,
      `SELECT ${this.expression('text', 2, scope)} AS x FROM ONLY ${table} t WHERE ${where}`,
    ]);
  }

  private remove(): string {
    const scope = [{ alias: 't', columns: tables.payments ?? [] }];
    const back = this.below(2) === 0 ? ` RETURNING ${this.expression('text', 2, scope)} AS back` : '';
    return `DELETE FROM payments t WHERE ${this.condition(2, scope)}${back}`;
  }

  private insert(): string {
    const source = this.select(2, [], [int('n'), text('s')]);
    const back = this.below(2) === 0 ? ' RETURNING note' : '';
    const wrapped = `SELECT s FROM (${source.text}) q(n, s)`;
    return `INSERT INTO app.audit (note) ${wrapped}${back}`;
  }
}
