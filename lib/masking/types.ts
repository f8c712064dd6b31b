/** What masking knows of a Postgres type: everything else can't carry a masked value and is nulled. */
export type TypeClass =
  | 'text'
  | 'bpchar'
  | 'json'
  | 'jsonb'
  | 'bytea'
  | 'uuid'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'float4'
  | 'float8'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'inet';

// Oids of built-in types never change between versions of Postgres.
const classByOid = new Map<number, TypeClass>([
  [25, 'text'],
  [1043, 'text'],
  [19, 'text'],
  [142, 'text'],
  [705, 'text'],
  [2275, 'text'],
  [1042, 'bpchar'],
  [114, 'json'],
  [3802, 'jsonb'],
  [17, 'bytea'],
  [2950, 'uuid'],
  [21, 'int2'],
  [23, 'int4'],
  [20, 'int8'],
  [1700, 'numeric'],
  [700, 'float4'],
  [701, 'float8'],
  [1082, 'date'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [869, 'inet'],
  [650, 'inet'],
]);

const elementByArray = new Map<number, number>([
  [1009, 25],
  [1015, 1043],
  [1003, 19],
  [143, 142],
  [1014, 1042],
  [199, 114],
  [3807, 3802],
  [1001, 17],
  [2951, 2950],
  [1005, 21],
  [1007, 23],
  [1016, 20],
  [1231, 1700],
  [1021, 700],
  [1022, 701],
  [1182, 1082],
  [1115, 1114],
  [1185, 1184],
  [1041, 869],
  [651, 650],
  [1000, 16],
]);

export function classOf(oid: number): TypeClass | null {
  return classByOid.get(oid) ?? null;
}

/** The element type of an array type, or null for anything else. */
export function elementOf(oid: number): number | null {
  return elementByArray.get(oid) ?? null;
}
