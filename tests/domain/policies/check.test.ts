import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import { compilePolicies, publishCheck } from '#lib/policies/compile';
import { memberTable } from '#lib/policies/members';
import { schemaText } from '#lib/policies/schema';

const check = (text: string) => publishCheck([{ name: 'a.cedar', text }]);
const errors = (text: string) => check(text).filter(({ severity }) => severity === 'error');

describe('what is refused at publishing', () => {
  it('a plain permit, a template, a forbid that would be approved', () => {
    expect(errors('permit (principal, action, resource);')[0]?.message).toContain('outside grants');
    expect(errors('@message("m") permit (principal, action, resource);')).toHaveLength(1);
    const template = '@approve("x") permit (principal == ?principal, action, resource);';
    expect(errors(template)[0]?.message).toContain('template');
    expect(errors('@approve("x") forbid (principal, action, resource);')[0]?.hint).toContain('permit');
  });

  it.each([
    ['@rows_max("10")', true],
    ['@rows_max("0")', false],
    ['@rows_max("many")', false],
    ['@session_rows_max("10") @session_bytes_max("2GB") @bytes_max("500kB")', true],
    ['@bytes_max("10 pounds")', false],
    ['@rate_max("20")', true],
    ['@rate_max("99999999")', false],
    ['@idle_max("15m") @session_max("60m")', true],
    ['@session_max("8h")', false],
    ['@session_max("61m")', false],
    ['@idle_max("0s")', false],
    ['@session_max("2d")', false],
    ['@zone("payments")', true],
    ['@zone("Pay\\u{202e}ments")', false],
    ['@zone', false],
  ])('a limit that can not be read: %s', (annotations, good) => {
    expect(errors(`${annotations} permit (principal, action, resource);`)).toHaveLength(good ? 0 : 1);
  });

  it('a session beyond an hour: but what was published before goes on to decide', () => {
    const text = '@session_max("8h") permit (principal, action, resource);';
    expect(errors(text)[0]?.message).toContain('@session_max is at most 60m');
    expect(compilePolicies([{ name: 'a.cedar', text }], 1).policies.at(-1)?.obligations?.limits).toEqual([
      { kind: 'session_max', value: 28_800 },
    ]);
  });

  it('a misspelt annotation, and values that mean nothing', () => {
    const rule = (annotations: string) => errors(`${annotations} permit (principal, action, resource);`);
    expect(rule('@aprove("dba") @reason("required")')[0]?.message).toContain('@aprove');
    expect(rule('@approve("dba") @quorum("0")')[0]?.message).toContain('@quorum');
    expect(rule('@approve("dba") @quorum("two")')).toHaveLength(1);
    expect(rule('@approve("dba") @ttl("2h")')).toHaveLength(1);
    expect(rule('@approve("dba") @ttl("61m")')).toHaveLength(1);
    expect(rule('@approve("dba") @repeat("maybe")')).toHaveLength(1);
    expect(rule('@reason("optional")')).toHaveLength(1);
    expect(rule('@quorum("2")')[0]?.message).toContain('@approve');
    expect(rule('@approve("dba") @quorum("2") @ttl("15m") @repeat @reason("required")')).toEqual([]);
    expect(rule('@approve')).toEqual([]);
  });

  it('names of actions, attributes and entities that do not exist', () => {
    expect(errors('forbid (principal, action == Action::"peek", resource);')).toHaveLength(1);
    expect(errors('forbid (principal, action, resource) when { context.facts.has_were };')).toHaveLength(1);
    expect(errors('forbid (principal, action, resource in Tabel::"x");')).toHaveLength(1);
    expect(errors('forbid (principal, action, resource) when { context.row_estimate > "9" };')).toHaveLength(
      1,
    );
  });

  it('an action group with ==, which would match nothing', () => {
    const [problem] = errors('forbid (principal, action == Action::"write", resource);');
    expect(problem?.hint).toContain('action in Action::"write"');
    expect(errors('forbid (principal, action in Action::"write", resource);')).toEqual([]);
    expect(errors('forbid (principal, action, resource) when { action == Action::"write" };')).toHaveLength(
      1,
    );
  });

  it('the same id twice, also across files, and ids that belong to the product', () => {
    const one = '@id("a") forbid (principal, action, resource);';
    expect(errors(`${one}\n${one}`)[0]).toMatchObject({
      line: 2,
      message: expect.stringContaining('a.cedar:1'),
    });
    const files = [
      { name: 'a.cedar', text: one },
      { name: 'b.cedar', text: one },
    ];
    expect(publishCheck(files)).toHaveLength(1);
    expect(errors('@id("grant:gnt_1:read:0") forbid (principal, action, resource);')).toHaveLength(1);
    expect(errors('@id("builtin:catalog") forbid (principal, action, resource);')).toHaveLength(1);
  });

  it('says line and column, counted in characters', () => {
    const text =
      '// über 🙂\n@message("é")\nforbid (principal, action,\n  resource) when { context.facts.has_were };';
    expect(errors(text)[0]).toMatchObject({ file: 'a.cedar', line: 4, column: 20 });
    expect(
      errors('forbid (principal, action, resource);\n  forbid (principal, acton, resource);')[0],
    ).toMatchObject({
      line: 2,
      column: 22,
    });
  });

  it('throws with every place when it is compiled all the same', () => {
    try {
      compilePolicies([{ name: 'a.cedar', text: 'permit (principal, action, resource);' }], 1);
      expect.unreachable();
    } catch (error) {
      expect(isCountersignError(error) && error.details[0]?.at).toBe('a.cedar:1:1');
    }
  });

  it('warns of what can never match', () => {
    const text = '@id("never") forbid (principal, action, resource) when { resource is Agent };';
    const problems = check(text);
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('the schema', () => {
  it('stands in its file as it is made', () => {
    const file = readFileSync(new URL('../../../lib/policies/schema.cedarschema', import.meta.url), 'utf8');
    expect(file).toBe(schemaText());
  });

  it('has each member once, under its action', () => {
    expect(new Set(memberTable.map(([member]) => member)).size).toBe(memberTable.length);
    for (const [member, action] of memberTable) {
      expect(schemaText()).toContain(`\naction ${member} in [${action}] `);
    }
  });
});
