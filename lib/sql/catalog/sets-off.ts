import type { Rows } from './read.ts';

interface SetsOffRows {
  readonly triggers: Rows;
  readonly foreignKeys: Rows;
  readonly rules: Rows;
  readonly policies: Rows;
}

const events: readonly (readonly [bit: number, name: string])[] = [
  [4, 'INSERT'],
  [8, 'DELETE'],
  [16, 'UPDATE'],
  [32, 'TRUNCATE'],
];
const ruleEvents: Readonly<Record<string, string>> = { 1: 'SELECT', 2: 'UPDATE', 3: 'INSERT', 4: 'DELETE' };
const actions: Readonly<Record<string, string>> = {
  c: 'changes',
  n: 'sets to null',
  d: 'sets to their defaults',
};

/** What a write to each relation sets off, in sentences for the approver. By oid as text. */
export function setsOffSentences(rows: SetsOffRows, secured: ReadonlySet<string>): Map<string, string[]> {
  const sentences = new Map<string, string[]>();
  const say = (relation: string | null | undefined, sentence: string) => {
    if (relation === null || relation === undefined) return;
    const list = sentences.get(relation) ?? [];
    if (!list.includes(sentence)) list.push(sentence);
    sentences.set(relation, list);
  };
  for (const [relation, name, called, bits] of rows.triggers) {
    const on = events.filter(([bit]) => (Number(bits) & bit) !== 0).map(([, event]) => event);
    say(relation, `trigger ${name} calls ${called}() on ${on.join(', ')}`);
  }
  for (const [relation, table, onDelete, onUpdate] of rows.foreignKeys) {
    if (onDelete === 'c') say(relation, `a DELETE deletes the rows of ${table} that refer to it`);
    else if (actions[onDelete ?? ''])
      say(relation, `a DELETE ${actions[onDelete ?? '']} references in ${table}`);
    if (actions[onUpdate ?? ''])
      say(relation, `an UPDATE of the key ${actions[onUpdate ?? '']} references in ${table}`);
  }
  for (const [relation, name, event] of rows.rules) {
    say(relation, `rule ${name} rewrites ${ruleEvents[event ?? ''] ?? 'statements'}`);
  }
  for (const [relation, name] of rows.policies) {
    if (secured.has(relation ?? '')) say(relation, `row security policy ${name} limits the rows`);
  }
  return sentences;
}
