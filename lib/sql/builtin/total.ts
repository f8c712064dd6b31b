// What of pg_catalog never fails by the value it is given, compares nothing and leaves nothing behind: of
// a masked column that goes through it, nothing is seen but the result. Left out on purpose: min and max
// (comparing rows may fail), the jsonb kin (\u0000), array_agg (dimensions), whatever parses its argument.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const oneArgument = words(
  'lower upper initcap length char_length character_length octet_length bit_length reverse md5 ' +
    'to_json row_to_json json_agg count',
);
const anyArguments = words('btrim ltrim rtrim concat concat_ws string_agg');

export function isTotalFunction(name: string, given: number): boolean {
  return anyArguments.has(name) || (given === 1 && oneArgument.has(name));
}

/** Types that anything can be cast to. */
export const totalCasts: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name']);

/** text, varchar, bpchar, name: of these `||` only joins. */
export const textOids: ReadonlySet<number> = new Set([25, 1043, 1042, 19]);
