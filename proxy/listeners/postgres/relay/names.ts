import type { MaskPlan } from '#lib/masking/model';
import type { ParsedMessage, PreparedText, SqlFacts } from '#lib/sql/model';
import type { ColumnDescription } from '../codec/read.ts';
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
  /** What is hidden of its rows; null: nothing ever is. */
  readonly plan: MaskPlan | null;
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
}

/** Names of one session. Changes made when a message is sent can be taken back when it fails. */
export class Names {
  readonly statements = new Map<string, Prepared>();
  readonly portals = new Map<string, Portal>();
  /** What SQL EXECUTE and FETCH may name, as facts read them. */
  readonly texts = new Map<string, PreparedText>();
  readonly cursors = new Map<string, SqlFacts>();

  prepare(prepared: Prepared): () => void {
    const before = this.statements.get(prepared.name);
    const text = this.texts.get(prepared.name);
    this.statements.set(prepared.name, prepared);
    const statement = prepared.parsed.kind === 'parsed' ? prepared.parsed.statements[0] : undefined;
    if (prepared.name !== '' && statement !== undefined) {
      this.texts.set(prepared.name, { text: prepared.text, statement });
    }
    return () => {
      restore(this.statements, prepared.name, before);
      restore(this.texts, prepared.name, text);
    };
  }

  bind(portal: Portal, facts: SqlFacts | null): () => void {
    const before = this.portals.get(portal.name);
    const cursor = this.cursors.get(portal.name);
    this.portals.set(portal.name, portal);
    if (portal.name !== '' && facts !== null) this.cursors.set(portal.name, facts);
    return () => {
      restore(this.portals, portal.name, before);
      restore(this.cursors, portal.name, cursor);
    };
  }

  closeStatement(name: string): () => void {
    const before = this.statements.get(name);
    const text = this.texts.get(name);
    this.statements.delete(name);
    this.texts.delete(name);
    return () => {
      restore(this.statements, name, before);
      restore(this.texts, name, text);
    };
  }

  closePortal(name: string): () => void {
    const before = this.portals.get(name);
    const cursor = this.cursors.get(name);
    this.portals.delete(name);
    this.cursors.delete(name);
    return () => {
      restore(this.portals, name, before);
      restore(this.cursors, name, cursor);
    };
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
    const undoStatement = this.closeStatement('');
    const undoPortal = this.closePortal('');
    return () => {
      undoStatement();
      undoPortal();
    };
  }
}

function restore<Value>(map: Map<string, Value>, name: string, before: Value | undefined): void {
  if (before === undefined) map.delete(name);
  else map.set(name, before);
}
