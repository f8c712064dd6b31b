import { describe, expect, it } from 'vitest';
import { evaluate } from '#lib/policies/evaluate';
import { memberTable } from '#lib/policies/members';
import type { ObjectRef } from '#lib/policies/model';
import { asked, fn, request, shipped, table, wholeResource } from './asked.ts';

const defaults = shipped('defaults');
const everything = shipped('permit-all');

interface Case {
  readonly rows?: number | null;
  readonly where?: boolean;
  readonly environment?: string;
  readonly temporary?: boolean;
}

function decide(member: string, object: ObjectRef = table('orders'), options: Case = {}) {
  return evaluate(
    defaults,
    asked([request(member, object)], {
      resource: { environment: options.environment ?? 'production' },
      context: { rowEstimate: options.rows ?? null },
      facts: {
        attributes: {
          has_where: options.where ?? false,
          temporary_only: options.temporary ?? false,
        },
      },
    }),
  );
}

describe('defaults in production', () => {
  it('allow reads', () => {
    expect(decide('select').outcome).toBe('allow');
    expect(decide('copy_to').outcome).toBe('allow');
  });

  it('hold every DELETE for dba', () => {
    const decision = decide('delete', table('orders'), { rows: 1, where: true });
    expect(decision).toMatchObject({ outcome: 'hold', hold: { groups: ['dba'], quorum: 1, repeat: false } });
    expect(decision.policies[0]?.id).toBe('production-delete');
  });

  it.each(['insert', 'update', 'merge', 'copy_from'])(
    'allow %s up to 1,000 rows and hold it above',
    (member) => {
      expect(decide(member, table('orders'), { rows: 1_000, where: true }).outcome).toBe('allow');
      expect(decide(member, table('orders'), { rows: 1_001, where: true }).outcome).toBe('hold');
      expect(decide(member, table('orders'), { where: true }).outcome).toBe('hold');
    },
  );

  it('hold an UPDATE without a WHERE, however few rows', () => {
    expect(decide('update', table('orders'), { rows: 2 }).outcome).toBe('hold');
    expect(decide('insert', table('orders'), { rows: 2 }).outcome).toBe('allow');
  });

  it.each(['drop_table', 'drop_schema', 'drop_database', 'drop_column'])(
    'deny %s with what to do instead',
    (member) => {
      const decision = decide(member, member === 'drop_database' ? wholeResource : table('orders'));
      expect(decision).toMatchObject({ outcome: 'deny', policies: [{ id: 'production-drop' }] });
      expect(decision.hint).toContain('RENAME');
    },
  );

  it.each([
    'truncate',
    'create_table',
    'alter_table',
    'create_index',
    'drop_index',
    'create_function',
    'other_ddl',
  ])('hold %s', (member) => expect(decide(member).outcome).toBe('hold'));

  it('leave temporary tables alone', () => {
    const options = { temporary: true };
    expect(decide('create_temp_table', table('t', 'pg_temp'), options).outcome).toBe('allow');
    expect(decide('insert', table('t', 'pg_temp'), options).outcome).toBe('allow');
  });
});

describe('defaults everywhere', () => {
  it.each(['production', 'staging', 'development'])(
    'deny and hold what is dangerous in %s',
    (environment) => {
      const on = (member: string, object: ObjectRef = wholeResource) =>
        decide(member, object, { environment }).outcome;
      for (const member of [
        'superuser_function',
        'alter_system',
        'load_library',
        'copy_program',
        'read_server_file',
        'write_server_file',
        'dblink',
        'foreign_server',
        'replication',
        'set_role',
        'set_session_authorization',
      ]) {
        expect([member, on(member)]).toEqual([member, 'deny']);
      }
      for (const member of [
        'grant_privilege',
        'revoke_privilege',
        'security_definer',
        'create_role',
        'other_admin',
      ]) {
        expect([member, on(member)]).toEqual([member, 'hold']);
      }
      expect(on('do_block')).toBe('hold');
      expect(on('call_procedure', fn('refund'))).toBe('hold');
      expect(on('call_function', fn('refund'))).toBe('hold');
      expect(on('truncate', table('orders'))).toBe('hold');
      const secrets = { facts: { attributes: { reads_statistics: true } }, resource: { environment } };
      const authid = request('select', table('pg_authid', 'pg_catalog'));
      expect(evaluate(defaults, asked([authid], secrets)).outcome).toBe('deny');
    },
  );

  it.each(['staging', 'development'])('allow DDL and small deletes in %s', (environment) => {
    for (const member of ['create_table', 'alter_table', 'drop_table', 'drop_column', 'create_index']) {
      expect(decide(member, table('orders'), { environment }).outcome).toBe('allow');
    }
    expect(decide('delete', table('orders'), { environment, rows: 10, where: true }).outcome).toBe('allow');
    expect(decide('delete', table('orders'), { environment, rows: 10 }).outcome).toBe('hold');
    expect(decide('delete', table('orders'), { environment, rows: 1_001, where: true }).outcome).toBe('hold');
  });
});

describe('permit-all', () => {
  it('holds and denies nothing that a grant of everything covers', () => {
    for (const [member] of memberTable) {
      const decision = evaluate(everything, asked([request(member, wholeResource)]));
      expect([member, decision.outcome]).toEqual([member, 'allow']);
    }
  });

  it('gives nothing without a grant', () => {
    expect(evaluate(everything, asked([request('select', table('orders'))], { grants: [] })).outcome).toBe(
      'deny',
    );
  });
});
