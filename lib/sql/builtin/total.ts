// What of pg_catalog never fails by what stands in the value it is given, compares nothing and leaves nothing
// behind. The length of its result is no secret: a row of 16 MiB is hidden whole, one of 1 GiB fails. So
// nothing is here whose length says what was asked of the content, as of a trim with its own characters.
// What a length says unasked is open: spaces at the edges, characters that JSON, a row or upper() lengthen.
// Left out on purpose: min and max (comparing rows may fail), the jsonb kin (\u0000), array_agg
// (dimensions), whatever parses its argument.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const oneArgument = words(
  'lower upper initcap length char_length character_length octet_length bit_length reverse md5 ' +
    'to_json row_to_json json_agg count btrim ltrim rtrim',
);
const anyArguments = words('concat concat_ws string_agg');

export function isTotalFunction(name: string, given: number): boolean {
  return anyArguments.has(name) || (given === 1 && oneArgument.has(name));
}

/** Types that anything can be cast to. */
export const totalCasts: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name']);

/** text, varchar, bpchar, name: of these `||` only joins. */
export const textOids: ReadonlySet<number> = new Set([25, 1043, 1042, 19]);
