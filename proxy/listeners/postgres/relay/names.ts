import type { MaskPlan } from '#lib/masking/model';
import type { ParsedMessage, PreparedText, SqlFacts } from '#lib/sql/model';
import type { ColumnDescription } from '../codec/read.ts';
import { Assumptions } from './assumptions.ts';
import type { EstimatedWrite } from './counted-write.ts';
import type { Judged } from './judged.ts';
import type { RowMasker } from './row-masker.ts';
import type { StatementRun } from './run.ts';

/** A prepared statement as the target knows it. SQL PREPARE and Parse share one name space. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
  readonly parsed: ParsedMessage;
  /** Parameter types as Parse declared them. */
  readonly types: readonly number[];
  /** Sync group of the Parse; until it is answered, other groups wait before they rely on it. */
  readonly group: number;
  settled: boolean;
  judged: Judged | null;
  /** Result columns as the target described them last; null before the first Describe. */
  described: Described | null;
}

/** A RowDescription, and what was made of it for one decision. */
export interface Described {
  readonly judged: Judged;
  /** The whole message: an equal one needs no second look. */
  readonly frame: Buffer;
  readonly columns: readonly ColumnDescription[];
  /** What is hidden of its rows. */
  readonly plan: MaskPlan;
  /** By the result formats of Bind. */
  readonly maskers: Map<string, RowMasker | null>;
}

/** A portal: of a Bind, or a cursor of SQL DECLARE (then `prepared` is null). */
export interface Portal {
  readonly name: string;
  readonly prepared: Prepared | null;
  readonly group: number;
  settled: boolean;
  readonly withHold: boolean;
  judged: Judged;
  readonly resultFormats: readonly number[];
  readonly values: readonly (Buffer | null)[];
  readonly formats: readonly number[];
  describedAs: Described | null;
  /** A Describe for it is on its way, so its columns come before its rows. */
  described: boolean;
  /** Undefined: not made yet; null: nothing is hidden. */
  masker: RowMasker | null | undefined;
  /** The run of its first Execute; a held one is made at Bind. */
  run: StatementRun | null;
  /** Set when only its estimate allowed it: its real count is decided before it counts as done. */
  estimated?: EstimatedWrite | null;
}

/** Names of one session. Changes made when a message is sent can be taken back when it fails. */
export class Names {
  readonly statements = new Map<string, Prepared>();
  readonly portals = new Map<string, Portal>();
  /** What SQL EXECUTE and FETCH may name, as facts read them. */
  readonly texts = new Map<string, PreparedText>();
  readonly cursors = new Map<string, SqlFacts>();

  readonly #statements = new Assumptions(this.statements);
  readonly #portals = new Assumptions(this.portals);
  readonly #texts = new Assumptions(this.texts);
  readonly #cursors = new Assumptions(this.cursors);

  prepare(prepared: Prepared): () => void {
    const { name, text } = prepared;
    const statement = prepared.parsed.kind === 'parsed' ? prepared.parsed.statements[0] : undefined;
    const undoStatement = this.#statements.set(name, prepared);
    const undoText = this.#texts.set(
      name,
      name === '' || statement === undefined ? undefined : { text, statement },
    );
    return both(undoStatement, undoText);
  }

  bind(portal: Portal, facts: SqlFacts | null): () => void {
    const { name } = portal;
    const undoPortal = this.#portals.set(name, portal);
    return both(undoPortal, this.#cursors.set(name, name === '' || facts === null ? undefined : facts));
  }

  closeStatement(name: string): () => void {
    return both(this.#statements.set(name, undefined), this.#texts.set(name, undefined));
  }

  closePortal(name: string): () => void {
    return both(this.#portals.set(name, undefined), this.#cursors.set(name, undefined));
  }

  /** The target has answered everything: what was assumed holds. */
  settled(): void {
    this.#statements.forget();
    this.#portals.forget();
    this.#texts.forget();
    this.#cursors.forget();
  }

  /** SQL DEALLOCATE, DISCARD: a name, or `*`. */
  deallocate(name: string): void {
    if (name === '*') {
      this.statements.clear();
      this.texts.clear();
    } else this.closeStatement(name);
  }

  /** SQL CLOSE: a name, or `*`. */
  closeCursor(name: string): void {
    if (name === '*') {
      this.portals.clear();
      this.cursors.clear();
    } else this.closePortal(name);
  }

  /** A transaction ended: portals of Sync groups up to `group` are gone but for holdable cursors. */
  endTransaction(group: number): void {
    for (const [name, portal] of this.portals) {
      if (portal.withHold || portal.group > group) continue;
      this.portals.delete(name);
      this.cursors.delete(name);
    }
  }

  /** A simple query drops the unnamed statement and portal. */
  dropUnnamed(): () => void {
    return both(this.closeStatement(''), this.closePortal(''));
  }
}

function both(first: () => void, second: () => void): () => void {
  return () => {
    first();
    second();
  };
}
