export type * from './model.ts';
export { accessEvent, objectEvent, statementEvent } from './rules.ts';
