import type { SqlSessionState } from '../model.ts';
import type { Collector } from './collector.ts';
import type { Names } from './names.ts';
import type { Scope } from './scope.ts';
import type { Columns } from './value.ts';

/** A common table expression that a FROM may name. */
export interface CteEntry {
  readonly name: string;
  /** Its columns; makes them on first use. */
  columns(): Columns;
}

export interface CteScope {
  readonly entries: readonly CteEntry[];
  readonly parent: CteScope | null;
}

/** What stays the same while one statement is read. */
export interface StatementContext {
  readonly names: Names;
  readonly session: SqlSessionState;
  readonly out: Collector;
  readonly text: string;
  /** From the parser's byte offsets to UTF-16 offsets of `text`; null: the tree is not of this text. */
  readonly toUnits: ((byteOffset: number) => number) | null;
  /** How deep function bodies and views stand in each other. */
  readonly bodies: number;
  /** Nodes that may still be read: no text costs more than its length allows. */
  readonly budget: { left: number };
}

/** Where in a statement the reader stands. */
export interface Walk {
  readonly statement: StatementContext;
  readonly scope: Scope | null;
  readonly ctes: CteScope | null;
  readonly depth: number;
}

/** Nesting of expressions and queries that is followed; deeper ones are refused. */
export const walkDepthMax = 700;

export class TooDeep extends Error {}

/** One level further down. Throws TooDeep when the text is nested too deeply or costs too much. */
export function deeper(walk: Walk): Walk {
  spend(walk, 1);
  if (walk.depth >= walkDepthMax) throw new TooDeep('nested too deeply');
  return { ...walk, depth: walk.depth + 1 };
}

export function spend(walk: Walk, nodes: number): void {
  walk.statement.budget.left -= nodes;
  if (walk.statement.budget.left < 0) throw new TooDeep('too much to read');
}

export function withScope(walk: Walk, scope: Scope | null): Walk {
  return { ...walk, scope };
}
