import type { CopyOptions } from '#lib/masking/index';
import type { ParsedStatement } from '#lib/sql/model';

interface Element {
  readonly DefElem?: { readonly defname?: string; readonly arg?: Argument };
}

interface Argument {
  readonly String?: { readonly sval?: string };
  readonly Integer?: { readonly ival?: number };
  readonly Boolean?: { readonly boolval?: boolean };
}

/**
 * How a COPY … TO STDOUT writes its rows, read from its syntax; null when it says something that the
 * masker does not know, and then nothing masked may be copied out by it.
 */
export function copyOptionsOf(statement: ParsedStatement | undefined): CopyOptions | null {
  const node = statement?.node as { CopyStmt?: { options?: readonly Element[] } } | undefined;
  if (node?.CopyStmt === undefined) return null;
  const options = new Map<string, string>();
  for (const { DefElem } of node.CopyStmt.options ?? []) {
    const name = DefElem?.defname;
    const value = argumentText(DefElem?.arg);
    if (name === undefined || value === null || options.has(name)) return null;
    options.set(name, value);
  }
  for (const name of options.keys()) if (!known.has(name)) return null;
  const encoding = options.get('encoding')?.toLowerCase().replace('-', '');
  if (encoding !== undefined && encoding !== 'utf8') return null;
  const format = options.get('format')?.toLowerCase() ?? 'text';
  if (format === 'binary') return options.size > 1 ? null : { format };
  if (format !== 'text' && format !== 'csv') return null;
  const header = readHeader(options.get('header'));
  if (header === null) return null;
  return {
    format,
    header,
    ...given('delimiter', options.get('delimiter')),
    ...given('nullText', options.get('null')),
    ...(format === 'csv'
      ? { ...given('quote', options.get('quote')), ...given('escape', options.get('escape')) }
      : {}),
  };
}

const known = new Set([
  'format',
  'delimiter',
  'null',
  'header',
  'quote',
  'escape',
  'encoding',
  'force_quote',
]);

function given<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function readHeader(value: string | undefined): boolean | null {
  if (value === undefined || ['false', 'off', '0'].includes(value.toLowerCase())) return false;
  return ['true', 'on', '1'].includes(value.toLowerCase()) ? true : null;
}

/** An option without an argument is on; FORCE_QUOTE's list only changes quoting. */
function argumentText(argument: Argument | undefined): string | null {
  if (argument === undefined) return 'true';
  if (argument.String !== undefined) return argument.String.sval ?? '';
  if (argument.Integer !== undefined) return String(argument.Integer.ival ?? 0);
  if (argument.Boolean !== undefined) return String(argument.Boolean.boolval ?? false);
  return 'List' in argument || 'A_Star' in argument ? 'true' : null;
}
