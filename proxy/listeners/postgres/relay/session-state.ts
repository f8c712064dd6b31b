import { parseSearchPath } from '#lib/sql/index';
import type { SqlSessionState } from '#lib/sql/model';
import type { Names } from './names.ts';

/** What the gateway asks a session's own connection, in this order. Every name is qualified. */
export const stateQuestion = `SELECT pg_catalog.current_setting('search_path'), current_user::pg_catalog.text, session_user::pg_catalog.text,
  (SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace n WHERE n.oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()),
  pg_catalog.current_setting('standard_conforming_strings'), pg_catalog.current_setting('client_encoding'),
  pg_catalog.current_setting('session_replication_role'), pg_catalog.current_setting('row_security')`;

/** Settings that must stand while texts are decided: another value ends the session. */
const pinnedAnswers: readonly (readonly [index: number, name: string, value: string])[] = [
  [4, 'standard_conforming_strings', 'on'],
  [5, 'client_encoding', 'UTF8'],
  [6, 'session_replication_role', 'origin'],
  [7, 'row_security', 'on'],
];

/** The open transaction: none, one that changed no names, or one that did or may have. */
export type Transaction = 'none' | 'clean' | 'changed';

/** What of a session changes the meaning of its texts, as its connection said last. */
export class SessionState {
  searchPath: readonly string[] = [];
  role = '';
  sessionUser = '';
  tempSchema: string | null = null;
  /** Part of cache keys: equal keys mean that equal texts mean the same. */
  key = '';
  /** It must be asked again before the next text is decided. */
  stale = true;
  /** Something that a transaction's end may take back was changed in it. */
  changedInTransaction = false;

  /** Takes the answer to `stateQuestion`. A setting that is not as pinned is named, else null. */
  take(row: readonly (string | null)[]): string | null {
    this.searchPath = parseSearchPath(row[0] ?? '');
    this.role = row[1] ?? '';
    this.sessionUser = row[2] ?? '';
    this.tempSchema = row[3] ?? null;
    this.key = JSON.stringify([this.searchPath, this.role, this.tempSchema]);
    this.stale = false;
    for (const [index, name, value] of pinnedAnswers) if (row[index] !== value) return name;
    return null;
  }

  forFacts(names: Names, transaction: Transaction): SqlSessionState {
    return {
      transaction,
      searchPath: this.searchPath,
      role: this.role,
      tempSchema: this.tempSchema,
      prepared: names.texts,
      cursors: names.cursors,
    };
  }
}
