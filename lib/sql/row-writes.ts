import type { ParsedMessage } from './model.ts';

const writeNodes = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/**
 * True when the text is one INSERT, UPDATE, DELETE or MERGE and nothing else in it writes rows: then
 * the number in the server's command tag counts all that it wrote itself.
 */
export function tagCountsWrites(parsed: ParsedMessage): boolean {
  if (parsed.kind !== 'parsed' || parsed.statements.length !== 1) return false;
  const [statement] = parsed.statements;
  return statement !== undefined && writeNodes.has(statement.kind) && writesIn(statement.node) === 1;
}

function writesIn(root: unknown): number {
  let found = 0;
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      if (writeNodes.has(name)) found += 1;
      if (typeof inner === 'object' && inner !== null) left.push(inner);
    }
  }
  return found;
}
