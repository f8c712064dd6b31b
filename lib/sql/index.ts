export { type SqlAttribute, sqlAttributes } from './attributes.ts';
export { type Ask, type Rows, readCatalog } from './catalog/read.ts';
export { factsOf } from './facts/facts.ts';
export { maskedText } from './masked-text.ts';
export type * from './model.ts';
export { createParser, type Parser } from './parser/parser.ts';
export { parseSearchPath } from './search-path.ts';
export { decodeText } from './text.ts';
