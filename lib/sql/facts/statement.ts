import type { Node } from 'libpg-query';
import type { Collector } from './collector.ts';
import { as, bodyOf, kindOf, type NodeBody, type NodeKind } from './nodes.ts';
import { administrationStatements } from './statements/administration.ts';
import { alterStatements } from './statements/alter.ts';
import { createStatements } from './statements/create.ts';
import { dropStatements } from './statements/drop.ts';
import { queryStatements } from './statements/queries.ts';
import { sessionStatements } from './statements/session.ts';
import type { Columns } from './value.ts';
import { deeper, type Walk } from './walk.ts';

/** What a statement does beside what it notes: its tag, and its result columns (null: no rows). */
export interface StatementResult {
  readonly tag: string;
  readonly columns: Columns | null;
}

export type StatementReaders = {
  readonly [Kind in NodeKind]?: (body: NodeBody<Kind>, walk: Walk) => StatementResult;
};

/** How each kind of statement is read. What is not here is refused. */
export const statements: StatementReaders = {
  ...queryStatements,
  ...sessionStatements,
  ...createStatements,
  ...alterStatements,
  ...dropStatements,
  ...administrationStatements,
};

export function readStatement(walk: Walk, node: Node): StatementResult | null {
  const kind = kindOf(node);
  const reader = statements[kind] as ((body: unknown, walk: Walk) => StatementResult) | undefined;
  const { out } = walk.statement;
  if (reader !== undefined) {
    const settingsBefore = out.settings.length;
    const result = reader(bodyOf(node), deeper(walk));
    if (out.settings.length > settingsBefore && keepsExpressions(node)) refuseStored(out);
    return result;
  }
  out.refuse(
    `this kind of statement is not understood (${kind})`,
    'Ask the administrator of the gateway for support of it.',
  );
  return null;
}

/** What these keep is evaluated later, by statements whose text says nothing of it. */
const definitions: ReadonlySet<string> = new Set<NodeKind>([
  'AlterDomainStmt',
  'AlterPolicyStmt',
  'AlterPublicationStmt',
  'AlterTableStmt',
  'CreateDomainStmt',
  'CreateForeignTableStmt',
  'CreateFunctionStmt',
  'CreatePolicyStmt',
  'CreatePublicationStmt',
  'CreateStatsStmt',
  'CreateStmt',
  'CreateTrigStmt',
  'IndexStmt',
  'RuleStmt',
  'ViewStmt',
]);

function keepsExpressions(node: Node): boolean {
  return definitions.has(kindOf(node)) || as(node, 'CreateTableAsStmt')?.objtype === 'OBJECT_MATVIEW';
}

function refuseStored(out: Collector): void {
  out.mark('changes_pinned', true);
  out.refuse(
    'set_config may not stand in the definition of an object',
    'Use SET name = value when you need it.',
  );
}
