import type { TransactionStmt, VariableSetStmt } from 'libpg-query';
import type { TransactionVerb } from '../../model.ts';
import { noteSetsOff } from '../made.ts';
import { ownTemporary } from '../names.ts';
import { as } from '../nodes.ts';
import { resolveRelation } from '../relation.ts';
import { changeSetting, settingText } from '../setting.ts';
import type { StatementReaders, StatementResult } from '../statement.ts';
import { type Columns, plain } from '../value.ts';
import type { Walk } from '../walk.ts';
import { noteAllColumns } from './objects.ts';

const done = (tag: string): StatementResult => ({ tag, columns: null });
const resource = { kind: 'resource' } as const;

const verbs: Readonly<Record<string, readonly [tag: string, verb: TransactionVerb]>> = {
  TRANS_STMT_BEGIN: ['BEGIN', 'begin'],
  TRANS_STMT_START: ['START TRANSACTION', 'begin'],
  TRANS_STMT_COMMIT: ['COMMIT', 'commit'],
  TRANS_STMT_ROLLBACK: ['ROLLBACK', 'rollback'],
  TRANS_STMT_SAVEPOINT: ['SAVEPOINT', 'savepoint'],
  TRANS_STMT_RELEASE: ['RELEASE', 'release'],
  TRANS_STMT_ROLLBACK_TO: ['ROLLBACK', 'rollback_to'],
  TRANS_STMT_PREPARE: ['PREPARE TRANSACTION', 'prepare'],
};

/** Transactions, settings, LISTEN and NOTIFY, LOCK, maintenance that stands in a session. */
export const sessionStatements: StatementReaders = {
  TransactionStmt: transactionStatement,
  VariableSetStmt: (body, walk) => setStatement(body, walk),
  VariableShowStmt: (body) => ({ tag: 'SHOW', columns: shown(body.name ?? '') }),
  DiscardStmt: (body, walk) => {
    const { out } = walk.statement;
    const all = body.target === 'DISCARD_ALL';
    if (all) {
      out.deallocates = '*';
      out.closesCursor = '*';
      out.settings.push({ name: 'search_path', value: null, local: false });
    }
    if (all || body.target === 'DISCARD_TEMP') {
      out.changesNames = true;
      walk.statement.names.overlay.removed = true;
    }
    return done(all ? 'DISCARD ALL' : `DISCARD ${(body.target ?? '').replace('DISCARD_', '')}`);
  },
  ListenStmt: (_body, walk) => {
    walk.statement.out.request('listen', resource);
    return done('LISTEN');
  },
  UnlistenStmt: () => done('UNLISTEN'),
  NotifyStmt: (_body, walk) => {
    walk.statement.out.request('notify', resource);
    return done('NOTIFY');
  },
  LockStmt: (body, walk) => {
    for (const node of body.relations ?? []) {
      const found = resolveRelation(walk.statement, as(node, 'RangeVar') ?? {});
      walk.statement.out.request('lock_table', { kind: 'table', schema: found.schema, name: found.name });
    }
    return done('LOCK TABLE');
  },
  ConstraintsSetStmt: () => done('SET CONSTRAINTS'),
  TruncateStmt: (body, walk) => {
    const { out } = walk.statement;
    let temporary = true;
    for (const node of body.relations ?? []) {
      const found = resolveRelation(walk.statement, as(node, 'RangeVar') ?? {});
      out.request('truncate', { kind: 'table', schema: found.schema, name: found.name });
      noteSetsOff(walk.statement, found.relation, 'TRUNCATE');
      temporary &&= found.schema === ownTemporary;
    }
    if (body.behavior === 'DROP_CASCADE') {
      out.mark('cascade', true);
      if (!temporary) out.sets('empties every table that refers to it (CASCADE)');
    }
    return done('TRUNCATE TABLE');
  },
  VacuumStmt: (body, walk) => {
    const tag = body.is_vacuumcmd ? 'VACUUM' : 'ANALYZE';
    const relations = (body.rels ?? []).flatMap((node) => as(node, 'VacuumRelation')?.relation ?? []);
    if (relations.length === 0) walk.statement.out.request('maintain', resource);
    for (const range of relations) maintain(walk, range);
    return done(tag);
  },
  ClusterStmt: (body, walk) => {
    if (body.relation === undefined) walk.statement.out.request('maintain', resource);
    else {
      maintain(walk, body.relation);
      // Rows come in the order of what they were clustered by.
      noteAllColumns(walk, resolveRelation(walk.statement, body.relation), 'CLUSTER', 'compute');
    }
    return done('CLUSTER');
  },
  ReindexStmt: (body, walk) => {
    if (body.relation === undefined) walk.statement.out.request('maintain', resource);
    else maintain(walk, body.relation);
    return done('REINDEX');
  },
  CheckPointStmt: (_body, walk) => {
    walk.statement.out.request('other_admin', resource);
    return done('CHECKPOINT');
  },
};

function maintain(walk: Walk, range: Parameters<typeof resolveRelation>[1]): void {
  const found = resolveRelation(walk.statement, range);
  walk.statement.out.request('maintain', { kind: 'table', schema: found.schema, name: found.name });
}

function transactionStatement(body: TransactionStmt, walk: Walk): StatementResult {
  const { out } = walk.statement;
  const kind = body.kind ?? 'TRANS_STMT_BEGIN';
  const known = verbs[kind];
  for (const node of body.options ?? []) {
    const option = as(node, 'DefElem');
    if (option?.defname?.startsWith('transaction_')) {
      changeSetting(walk.statement, option.defname, settingText(option.arg && [option.arg]), { local: true });
    }
  }
  if (known !== undefined) {
    out.transaction = known[1];
    if (known[1] === 'rollback' || known[1] === 'rollback_to') out.changesNames = true;
    if (known[1] === 'prepare') out.request('other_admin', resource);
    return done(known[0]);
  }
  // COMMIT PREPARED and ROLLBACK PREPARED end what another session did.
  out.request('other_admin', resource);
  out.changesNames = true;
  return done(kind === 'TRANS_STMT_COMMIT_PREPARED' ? 'COMMIT PREPARED' : 'ROLLBACK PREPARED');
}

function setStatement(body: VariableSetStmt, walk: Walk): StatementResult {
  const { statement } = walk;
  const local = body.is_local ?? false;
  switch (body.kind) {
    case 'VAR_SET_MULTI':
      for (const node of body.args ?? []) {
        const option = as(node, 'DefElem');
        const name = option?.defname ?? '';
        if (name.startsWith('transaction_')) {
          changeSetting(statement, name, settingText(option?.arg && [option.arg]), { local: true });
        }
      }
      return done('SET');
    case 'VAR_RESET_ALL':
      statement.out.settings.push({ name: 'search_path', value: null, local: false });
      statement.out.changesNames = true;
      return done('RESET');
    case 'VAR_RESET':
    case 'VAR_SET_DEFAULT':
      resetSetting(walk, body.name ?? '', local);
      return done(body.kind === 'VAR_RESET' ? 'RESET' : 'SET');
    default:
      changeSetting(statement, body.name ?? '', settingText(body.args, body.name), { local });
      return done('SET');
  }
}

/** Back to what the session started with: never more than the gateway gave it. */
function resetSetting(walk: Walk, name: string, local: boolean): void {
  const lower = name.toLowerCase();
  if (lower === 'role' || lower === 'session_authorization') {
    walk.statement.out.settings.push({ name: lower, value: null, local });
    walk.statement.out.changesNames = true;
    return;
  }
  changeSetting(walk.statement, lower, null, { local, reset: true });
}

function shown(name: string): Columns {
  const columns = name === 'all' ? ['name', 'setting', 'description'] : [name];
  return { named: columns.map((column) => ({ name: column, value: plain })), open: null };
}
