import { expect, test } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import { readDeclaration } from '#lib/declarations/index';

function faults(text: string): string[] {
  try {
    readDeclaration('access.yaml', text);
    return [];
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    expect(error.code).toBe('invalid');
    return error.details.map(({ at, message }) => `${at}: ${message}`);
  }
}

const grant = (rest: string) =>
  `grants:\n  - { agent: a, resource: r, actions: [read], on: ["public.*"], reason: "x", ${rest} }\n`;

test('an empty file declares nothing', () => {
  expect(readDeclaration('access.yaml', '').declaration).toMatchObject({ agents: [], grants: [] });
});

test('a day ends at 24:00 UTC, a leap day too', () => {
  const until = (day: string) => readDeclaration('x', grant(`until: ${day}`)).declaration.grants[0]?.until;
  expect(until('2027-12-31')).toEqual(new Date('2028-01-01T00:00:00Z'));
  expect(until('2028-02-29')).toEqual(new Date('2028-03-01T00:00:00Z'));
  expect(until('2027-06-01T12:00:00+02:00')).toEqual(new Date('2027-06-01T10:00:00Z'));
});

test.each([
  [
    'an unknown key at the top',
    'agents: []\nsurprise: 1\n',
    'access.yaml:2:1: nobody knows the key "surprise" here',
  ],
  [
    'an unknown key deep inside',
    'agents:\n  - name: a\n    owner: a@example.com\n    match: { issuer: i, claims: { sub: a }, sbu: b }\n',
    'access.yaml:4:45: nobody knows the key "sbu" here',
  ],
  ['a missing member', 'groups:\n  - {}\n', 'access.yaml:2:5: name is missing'],
  ['a wrong value', 'people:\n  - email: nobody\n', 'access.yaml:2:12: email: an e-mail address'],
  ['an unknown role', 'people:\n  - { email: a@example.com, roles: [king] }\n', 'access.yaml:2:37: '],
  ['an action that is none', grant('until: 2027-01-01').replace('[read]', '[reed]'), 'access.yaml:2:40: '],
  ['a scope that is none', grant('until: 2027-01-01').replace('public.*', 'pub*.x'), 'access.yaml:2:52: '],
  ['a day that is none', grant('until: 2027-02-30'), 'access.yaml:2:85: until: a day like 2027-12-31'],
  ['a day that never comes', grant('until: soon'), 'access.yaml:2:85: until: a day like 2027-12-31'],
  ['a moment without its zone', grant('until: 2027-01-01T00:00:00'), 'access.yaml:2:85: '],
  ['a key that stands twice', 'groups: []\ngroups: []\n', 'access.yaml:2:1: '],
  ['broken YAML', 'agents: [\n', 'access.yaml:2:1: '],
  ['a tab as indent', 'agents:\n\t- name: a\n', 'access.yaml:2:1: '],
  ['a list where a map should be', '- a\n- b\n', 'access.yaml:1:1: '],
  ['a text where a list should be', 'agents: migrator\n', 'access.yaml:1:9: '],
  [
    'a password in the file',
    'resources:\n  - { name: r, kind: postgres, environment: production, host: h, port: 1, password: secret }\n',
    'access.yaml:2:85: ',
  ],
  [
    'an http issuer elsewhere',
    'issuers:\n  - { name: i, issuer: "http://issuer.example.com", audience: c }\n',
    'access.yaml:2:24: ',
  ],
  [
    'a port that is none',
    'resources:\n  - { name: r, kind: ssh, environment: staging, host: h, port: 70000 }\n',
    'access.yaml:2:64: ',
  ],
])('%s is refused at its place', (_, text, expected) => {
  const found = faults(text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.find((fault) => fault.startsWith(expected)) ?? found.join('\n')).toMatch(
    new RegExp(`^${expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
  );
});

test('every fault is told, not only the first', () => {
  expect(faults('surprise: 1\ngroups:\n  - { name: UPPER }\npeople:\n  - { email: x }\n')).toHaveLength(3);
});

test('a bomb of aliases is refused', () => {
  const lines = ['a: &a ["x","x","x","x","x","x","x","x","x"]'];
  for (let i = 1; i < 9; i += 1) {
    const before = String.fromCharCode(96 + i);
    const name = String.fromCharCode(97 + i);
    lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
  }
  expect(() => readDeclaration('access.yaml', lines.join('\n'))).toThrow();
});

test('a name that every object has is only a name', () => {
  expect(faults('__proto__: { polluted: true }\n')).toHaveLength(1);
  expect(faults('constructor: 1\n')).toHaveLength(1);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
