import { condensedRowsMin } from './limits.ts';

/** Rows of constants that were left out of the VALUES list of a bulk INSERT, so that its tree stays small. */
export interface Condensed {
  readonly rows: number;
  /** Byte offsets of the first and the last constant in them. */
  readonly first: number;
  readonly last: number;
  /** Number and column, one after the other, of the parameters in them. */
  readonly parameters: readonly number[];
}

interface Tree {
  [name: string]: unknown;
}

/** Leaves rows of nothing but constants out of bulk INSERTs, all but the first few. Changes the tree. */
export function condenseInserts(tree: { readonly stmts?: readonly { readonly stmt?: Tree }[] }): void {
  for (const { stmt } of tree.stmts ?? []) {
    const insert = stmt?.InsertStmt as { selectStmt?: { SelectStmt?: Tree } } | undefined;
    const select = insert?.selectStmt?.SelectStmt;
    const lists = select?.valuesLists;
    if (select !== undefined && Array.isArray(lists) && lists.length > condensedRowsMin)
      condense(select, lists);
  }
}

function condense(
  select: Tree,
  lists: readonly { readonly List?: { readonly items?: readonly Tree[] } }[],
): void {
  const kept: unknown[] = [];
  const parameters: number[] = [];
  let rows = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const [index, list] of lists.entries()) {
    const places = index < condensedRowsMin ? null : placesOf(list.List?.items ?? [], parameters);
    if (places === null) {
      kept.push(list);
      continue;
    }
    rows++;
    first = Math.min(first, ...places);
    last = Math.max(last, ...places);
  }
  if (rows === 0) return;
  select.valuesLists = kept;
  select.condensed = { rows, first, last, parameters } satisfies Condensed;
}

/** Where the constants of a row stand; null when it holds anything else. */
function placesOf(items: readonly Tree[], parameters: number[]): number[] | null {
  const places: number[] = [];
  const found: number[] = [];
  for (const [column, item] of items.entries()) {
    const parameter = item.ParamRef as { number?: number } | undefined;
    const plain = (item.A_Const ?? item.SetToDefault ?? parameter) as { location?: number } | undefined;
    if (plain === undefined) return null;
    places.push(plain.location ?? 0);
    if (parameter !== undefined) found.push(parameter.number ?? 0, column);
  }
  parameters.push(...found);
  return places;
}
