import type { DefElem, GrantStmt, Node } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import type { ObjectRef } from '#lib/policies/model';
import { mentionFunction } from '../call.ts';
import { notePassword } from '../literals.ts';
import { as } from '../nodes.ts';
import { resolveRelation } from '../relation.ts';
import { settingText } from '../setting.ts';
import type { StatementReaders, StatementResult } from '../statement.ts';
import type { Walk } from '../walk.ts';
import { refusePinned } from './create.ts';
import { functionObjects, namesOf, relationNamed, resource, schemaOf, tableObject } from './objects.ts';
import { readParts } from './parts.ts';

function simple(tag: string, member: SqlMember) {
  return (_body: unknown, walk: Walk): StatementResult => {
    walk.statement.out.request(member, resource);
    walk.statement.out.changesNames = true;
    walk.statement.names.overlay.removed = true;
    return { tag, columns: null };
  };
}

/** The same, with options that may hold a password or a connection string. */
function withSecrets<Body extends { options?: Node[] }>(tag: string, member: SqlMember) {
  const read = simple(tag, member);
  return (body: Body, walk: Walk): StatementResult => {
    noteSecrets(walk, body.options);
    return read(body, walk);
  };
}

/** Privileges, roles, databases, extensions, servers, replication: what an administrator does. */
export const administrationStatements: StatementReaders = {
  GrantStmt: (body, walk) => {
    const member = body.is_grant ? 'grant_privilege' : 'revoke_privilege';
    for (const object of grantedObjects(walk, body)) walk.statement.out.request(member, object);
    return { tag: body.is_grant ? 'GRANT' : 'REVOKE', columns: null };
  },
  GrantRoleStmt: (body, walk) => {
    walk.statement.out.request(body.is_grant ? 'grant_privilege' : 'revoke_privilege', resource);
    return { tag: body.is_grant ? 'GRANT ROLE' : 'REVOKE ROLE', columns: null };
  },
  AlterDefaultPrivilegesStmt: (body, walk) => {
    const member = body.action?.is_grant ? 'grant_privilege' : 'revoke_privilege';
    walk.statement.out.request(member, resource);
    return { tag: 'ALTER DEFAULT PRIVILEGES', columns: null };
  },
  CreateRoleStmt: withSecrets('CREATE ROLE', 'create_role'),
  AlterRoleStmt: withSecrets('ALTER ROLE', 'alter_role'),
  AlterRoleSetStmt: (body, walk) => {
    const set = body.setstmt;
    if (set?.name !== undefined) {
      refusePinned(walk, set.name, settingText(set.args, set.name), set.kind === 'VAR_RESET');
    }
    return simple('ALTER ROLE', 'alter_role')(body, walk);
  },
  DropRoleStmt: simple('DROP ROLE', 'drop_role'),
  DropOwnedStmt: simple('DROP OWNED', 'drop_role'),
  ReassignOwnedStmt: simple('REASSIGN OWNED', 'change_owner'),
  CreatedbStmt: simple('CREATE DATABASE', 'create_database'),
  AlterDatabaseStmt: simple('ALTER DATABASE', 'alter_database'),
  AlterDatabaseRefreshCollStmt: simple('ALTER DATABASE', 'alter_database'),
  AlterDatabaseSetStmt: (body, walk) => {
    const set = body.setstmt;
    if (set?.name !== undefined) {
      refusePinned(walk, set.name, settingText(set.args, set.name), set.kind === 'VAR_RESET');
    }
    return simple('ALTER DATABASE', 'alter_database')(body, walk);
  },
  DropdbStmt: simple('DROP DATABASE', 'drop_database'),
  AlterSystemStmt: (body, walk) => {
    const set = body.setstmt;
    if (set?.name !== undefined) {
      refusePinned(walk, set.name, settingText(set.args, set.name), set.kind === 'VAR_RESET');
    }
    return simple('ALTER SYSTEM', 'alter_system')(body, walk);
  },
  CreateExtensionStmt: simple('CREATE EXTENSION', 'create_extension'),
  AlterExtensionStmt: simple('ALTER EXTENSION', 'alter_extension'),
  AlterExtensionContentsStmt: simple('ALTER EXTENSION', 'alter_extension'),
  CreateTableSpaceStmt: simple('CREATE TABLESPACE', 'other_admin'),
  DropTableSpaceStmt: simple('DROP TABLESPACE', 'other_admin'),
  AlterTableSpaceOptionsStmt: simple('ALTER TABLESPACE', 'other_admin'),
  AlterTableMoveAllStmt: simple('ALTER TABLE', 'other_admin'),
  CreateFdwStmt: withSecrets('CREATE FOREIGN DATA WRAPPER', 'foreign_server'),
  AlterFdwStmt: withSecrets('ALTER FOREIGN DATA WRAPPER', 'foreign_server'),
  CreateForeignServerStmt: withSecrets('CREATE SERVER', 'foreign_server'),
  AlterForeignServerStmt: withSecrets('ALTER SERVER', 'foreign_server'),
  CreateUserMappingStmt: withSecrets('CREATE USER MAPPING', 'foreign_server'),
  AlterUserMappingStmt: withSecrets('ALTER USER MAPPING', 'foreign_server'),
  DropUserMappingStmt: simple('DROP USER MAPPING', 'foreign_server'),
  ImportForeignSchemaStmt: (body, walk) => {
    const schema = body.local_schema ?? '';
    walk.statement.out.request('create_table', { kind: 'schema', schema });
    return simple('IMPORT FOREIGN SCHEMA', 'foreign_server')(body, walk);
  },
  CreatePublicationStmt: (body, walk) => publication(walk, body.pubobjects, 'CREATE PUBLICATION'),
  AlterPublicationStmt: (body, walk) => publication(walk, body.pubobjects, 'ALTER PUBLICATION'),
  CreateSubscriptionStmt: (body, walk) => {
    if (body.conninfo !== undefined) notePassword(walk.statement, 0);
    return simple('CREATE SUBSCRIPTION', 'replication')(body, walk);
  },
  AlterSubscriptionStmt: (body, walk) => {
    if (body.conninfo !== undefined) notePassword(walk.statement, 0);
    return simple('ALTER SUBSCRIPTION', 'replication')(body, walk);
  },
  DropSubscriptionStmt: simple('DROP SUBSCRIPTION', 'replication'),
  CreateEventTrigStmt: (body, walk) => {
    mentionFunction(walk, body.funcname);
    return simple('CREATE EVENT TRIGGER', 'event_trigger')(body, walk);
  },
  AlterEventTrigStmt: simple('ALTER EVENT TRIGGER', 'event_trigger'),
  CreatePLangStmt: simple('CREATE LANGUAGE', 'load_library'),
  CreateAmStmt: simple('CREATE ACCESS METHOD', 'other_admin'),
  CreateTransformStmt: simple('CREATE TRANSFORM', 'other_admin'),
  LoadStmt: simple('LOAD', 'load_library'),
  SecLabelStmt: simple('SECURITY LABEL', 'other_admin'),
  CommentStmt: (body, walk) => {
    walk.statement.out.request('comment', commented(walk, body.objtype ?? '', body.object));
    return { tag: 'COMMENT', columns: null };
  },
};

function noteSecrets(walk: Walk, options: readonly Node[] | undefined): void {
  for (const node of options ?? []) {
    const option = as(node, 'DefElem');
    if (option === null || option.arg === undefined) continue;
    if (isSecret(option)) notePassword(walk.statement, option.location ?? 0);
  }
}

function isSecret(option: DefElem): boolean {
  return /password|passwd|secret|passcode|passphrase|token|key|connstr|conninfo/i.test(option.defname ?? '');
}

function publication(walk: Walk, objects: readonly Node[] | undefined, tag: string): StatementResult {
  for (const node of objects ?? []) {
    const table = as(node, 'PublicationObjSpec')?.pubtable;
    if (table?.relation === undefined) continue;
    walk.statement.out.request('replication', tableObject(resolveRelation(walk.statement, table.relation)));
    readParts({ ...walk, scope: null }, table.whereClause, tag);
  }
  return simple(tag, 'replication')(null, walk);
}

function grantedObjects(walk: Walk, body: GrantStmt): readonly ObjectRef[] {
  const { statement } = walk;
  const objects = body.objects ?? [];
  if (body.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    return objects.flatMap((node) => namesOf(node) ?? []).map((schema) => ({ kind: 'schema', schema }));
  }
  return objects.flatMap((node): readonly ObjectRef[] => {
    const range = as(node, 'RangeVar');
    if (range !== null) return [tableObject(resolveRelation(statement, range))];
    const names = namesOf(node);
    switch (body.objtype) {
      case 'OBJECT_SCHEMA':
        return [{ kind: 'schema', schema: names?.[0] ?? '' }];
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
        return functionObjects(statement, names);
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        return [schemaOf(statement, names)];
      default:
        return [resource];
    }
  });
}

function commented(walk: Walk, type: string, object: Node | undefined): ObjectRef {
  const { statement } = walk;
  const names = namesOf(object);
  if (names === null || names.length === 0) return resource;
  switch (type) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
      return tableObject(relationNamed(statement, names));
    case 'OBJECT_COLUMN':
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return tableObject(relationNamed(statement, names.slice(0, -1)));
    case 'OBJECT_SCHEMA':
      return { kind: 'schema', schema: names[0] ?? '' };
    default:
      return schemaOf(statement, names);
  }
}
