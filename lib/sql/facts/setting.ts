import type { Node } from 'libpg-query';
import { judgeSetting } from '../settings.ts';
import { as, constantOf, optionText, stringsOf } from './nodes.ts';
import type { StatementContext, Walk } from './walk.ts';

/** Notes that a setting gets a new value (null: not a constant, or the default) and what it takes to do so. */
export function changeSetting(
  statement: StatementContext,
  name: string,
  value: string | null,
  options: { readonly local: boolean; readonly reset?: boolean },
): void {
  const { out } = statement;
  const lower = name.toLowerCase();
  out.settings.push({ name: lower, value, local: options.local });
  const judged = judgeSetting(lower, value, options.reset ?? false);
  if (judged.changesNames) out.changesNames = true;
  switch (judged.kind) {
    case 'refused':
      out.mark('changes_pinned', true);
      out.refuse(judged.message, judged.hint);
      break;
    case 'role':
      out.mark('set_role', value ?? '');
      out.request(judged.member, { kind: 'resource' });
      break;
    case 'administration':
      out.request('other_admin', { kind: 'resource' });
      break;
    case 'ordinary':
      break;
  }
}

const unconditional: ReadonlySet<string> = new Set(['targetList', 'limitOption', 'op']);

/** Whether a statement sets what it names once and for sure: SET, or `SELECT set_config(…)` alone. */
export function surelySets(node: Node): boolean {
  const select = as(node, 'SelectStmt');
  if (select === null) return as(node, 'VariableSetStmt') !== null || as(node, 'DiscardStmt') !== null;
  if (!Object.keys(select).every((field) => unconditional.has(field))) return false;
  return (select.targetList ?? []).every((target) => {
    const call = as(as(target, 'ResTarget')?.val, 'FuncCall');
    const isSetConfig = stringsOf(call?.funcname)?.at(-1) === 'set_config';
    return isSetConfig && (call?.args ?? []).every((argument) => constantOf(argument) !== null);
  });
}

/** `set_config(name, value, is_local)`: like SET, but role and pinned settings only by constants. */
export function noteSetConfig(walk: Walk, args: readonly Node[]): void {
  const [name, value, local] = args.map((argument) => constantOf(argument));
  const { out } = walk.statement;
  if (name === undefined || name === null || name.value === null) {
    out.mark('changes_pinned', true);
    out.refuse(
      'set_config is refused: the name of the setting is not a constant',
      'Write the setting as a constant: SET name = value.',
    );
    return;
  }
  const lower = name.value.toLowerCase();
  if (lower === 'role' || lower === 'session_authorization') {
    out.mark('changes_pinned', true);
    out.refuse(`set_config('${lower}', …) is refused`, 'Use SET ROLE, which policy decides.');
    return;
  }
  changeSetting(walk.statement, lower, value?.value ?? null, { local: local?.value !== 'false' });
}

/**
 * The value of SET's arguments as one text; null when it isn't constant. The names of a search_path
 * come quoted, as the server stores them.
 */
export function settingText(args: readonly Node[] | undefined, name = ''): string | null {
  const quote = name.toLowerCase() === 'search_path';
  const parts: string[] = [];
  for (const argument of args ?? []) {
    const text = optionText(argument);
    if (text === null) return null;
    parts.push(quote ? `"${text.replaceAll('"', '""')}"` : text);
  }
  return parts.join(', ');
}
