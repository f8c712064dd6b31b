import { dotted } from '#lib/core/dotted-name';
import { largeObjectFunctions } from '#lib/resources/model';

type Ask = (question: string) => Promise<readonly (readonly (string | null)[])[]>;

/** Below it stand the functions that a server was born with: they are never renamed by agents. */
const firstOwnOid = 16_384;

export interface CalledFunction {
  /** `schema.name` */
  readonly name: string;
  readonly allowed: boolean;
  /** The SELECT that makes the same call with `count` arguments. */
  textOf(count: number): string;
}

/** Which functions a session may call by their oid. */
export class CalledFunctions {
  readonly #names: ReadonlySet<string>;
  readonly #known = new Map<number, CalledFunction>();

  /** `allowed`: `schema.name`, or `large_objects` for those that drivers need for these. */
  constructor(allowed: readonly string[]) {
    this.#names = new Set(
      allowed.flatMap((name) =>
        name === 'large_objects' ? largeObjectFunctions.map((one) => `pg_catalog.${one}`) : [name],
      ),
    );
  }

  get allowsNone(): boolean {
    return this.#names.size === 0;
  }

  /** A function that was asked for before, and whose name stands. */
  known(oid: number): CalledFunction | undefined {
    return this.#known.get(oid);
  }

  /** Asks the target for the name behind an oid; null: there is no such function. */
  async find(oid: number, ask: Ask): Promise<CalledFunction | null> {
    const [row] = await ask(
      `SELECT n.nspname::pg_catalog.text, p.proname::pg_catalog.text FROM pg_catalog.pg_proc p
       JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
       WHERE p.oid OPERATOR(pg_catalog.=) ${oid}::pg_catalog.oid`,
    );
    const [schema, name] = row ?? [];
    if (!schema || !name) return null;
    const shown = dotted(schema, name);
    const call = `SELECT ${quoted(schema)}.${quoted(name)}`;
    const found: CalledFunction = {
      name: shown,
      allowed: this.#names.has(shown),
      textOf: (count) =>
        `${call}(${Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ')})`,
    };
    if (oid < firstOwnOid) this.#known.set(oid, found);
    return found;
  }
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
