import { parseSearchPath } from '../search-path.ts';
import type { Walk } from './walk.ts';

/** nextval and setval write to a sequence: the one that a constant names, else to something unknown. */
export function noteSequence(walk: Walk, name: string | null, member: 'next_value' | 'set_sequence'): void {
  const { names, out } = walk.statement;
  const parts = name === null ? [] : parseSearchPath(name.replaceAll('.', ','));
  const [sequence, schema] = [...parts].reverse();
  if (sequence === undefined) {
    out.request(member, { kind: 'resource' });
    return;
  }
  const found = names.relation(schema ?? null, sequence);
  out.request(member, {
    kind: 'table',
    schema: found?.schema ?? names.assumedSchema(schema ?? null),
    name: found?.name ?? sequence,
  });
}
