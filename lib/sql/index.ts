// SQL texts to facts. A worker makes one parser (`createParser`, `warm`) and reads each target's catalog
// (`readCatalog`). For each message: `parser.parse(text)` → keep by text; `factsOf(parsed, catalog,
// session)` → keep by (text, catalog.epoch, session); decide on the facts; forward. Facts with
// `unresolved` names deserve one fresh read of the catalog first. `changesNames` ends what was kept.
export { type SqlAttribute, sqlAttributes } from './attributes.ts';
export { type Ask, type Rows, readCatalog } from './catalog/read.ts';
export { factsOf } from './facts/facts.ts';
export { keepAll, keepFacts, objectName, readKeptFacts } from './kept-facts.ts';
export type { KeptFacts } from './kept-facts-schema.ts';
export { maskedText } from './masked-text.ts';
export type * from './model.ts';
export { createParser, type Parser } from './parser/parser.ts';
export { tagCountsWrites } from './row-writes.ts';
export { parseSearchPath } from './search-path.ts';
export { decodeText } from './text.ts';
