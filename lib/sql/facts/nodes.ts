import type { Node } from 'libpg-query';

// How syntax trees are read. libpg_query leaves out what has its default: 0, '', false, empty lists.

type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/** The name of a syntax node: `SelectStmt`. */
export type NodeKind = KeysOf<Node>;

/** The body of a node of one kind. */
export type NodeBody<Kind extends NodeKind> = Extract<Node, Record<Kind, unknown>>[Kind];

export function kindOf(node: Node): NodeKind {
  for (const kind in node) return kind as NodeKind;
  return 'ParseResult';
}

export function bodyOf(node: Node): unknown {
  return (node as unknown as Record<string, unknown>)[kindOf(node)];
}

/** The node's body if it is of this kind. */
export function as<Kind extends NodeKind>(node: Node | undefined, kind: Kind): NodeBody<Kind> | null {
  if (node === undefined) return null;
  const body = (node as unknown as Record<string, unknown>)[kind];
  return body === undefined ? null : (body as NodeBody<Kind>);
}

/** The strings of a list of String nodes; null when something else is in it. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] | null {
  const strings: string[] = [];
  for (const node of nodes ?? []) {
    const string = as(node, 'String');
    if (string === null) return null;
    strings.push(string.sval ?? '');
  }
  return strings;
}

/** A node's strings, whether it is a List, a String, a TypeName or an ObjectWithArgs. */
export function nameOf(node: Node | undefined): string[] | null {
  const string = as(node, 'String');
  if (string !== null) return [string.sval ?? ''];
  const list = as(node, 'List');
  if (list !== null) return stringsOf(list.items);
  const type = as(node, 'TypeName');
  if (type !== null) return stringsOf(type.names);
  const object = as(node, 'ObjectWithArgs');
  return object === null ? null : stringsOf(object.objname);
}

export interface Constant {
  /** As Postgres would write it; null: NULL. */
  readonly value: string | null;
  readonly location: number;
  readonly parameter: number | null;
}

/** A constant or parameter, also behind casts; null when it is anything else. */
export function constantOf(node: Node | undefined): Constant | null {
  const cast = as(node, 'TypeCast');
  if (cast !== null) return constantOf(cast.arg);
  const parameter = as(node, 'ParamRef');
  if (parameter !== null)
    return { value: null, location: parameter.location ?? 0, parameter: parameter.number ?? 0 };
  const constant = as(node, 'A_Const');
  if (constant === null) return null;
  const location = constant.location ?? 0;
  const known = { location, parameter: null };
  if (constant.isnull) return { ...known, value: null };
  if (constant.sval) return { ...known, value: constant.sval.sval ?? '' };
  if (constant.ival) return { ...known, value: String(constant.ival.ival ?? 0) };
  if (constant.fval) return { ...known, value: constant.fval.fval ?? '' };
  if (constant.boolval) return { ...known, value: constant.boolval.boolval ? 'true' : 'false' };
  if (constant.bsval) return { ...known, value: constant.bsval.bsval ?? '' };
  return null;
}

/** A string or number given to an option or setting; null when it is not a plain constant. */
export function optionText(node: Node | undefined): string | null {
  const string = as(node, 'String');
  if (string !== null) return string.sval ?? '';
  const integer = as(node, 'Integer');
  if (integer !== null) return String(integer.ival ?? 0);
  const float = as(node, 'Float');
  if (float !== null) return float.fval ?? '';
  const boolean = as(node, 'Boolean');
  if (boolean !== null) return boolean.boolval ? 'true' : 'false';
  const type = as(node, 'TypeName');
  if (type !== null) return stringsOf(type.names)?.at(-1) ?? null;
  const constant = constantOf(node);
  return constant !== null && constant.parameter === null ? constant.value : null;
}

/** Whether a boolean option is on, as defGetBoolean reads it. */
export function optionOn(node: Node | undefined): boolean {
  if (node === undefined) return true;
  const text = optionText(node)?.toLowerCase();
  return text === undefined || !['false', 'off', '0', 'no', 'none'].includes(text);
}
