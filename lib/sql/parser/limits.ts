/**
 * Longest text parsed on the calling thread. No text this short can overflow a 1 MB stack: the worst
 * one known (`a[a[a[…`) needs 7,000 characters.
 */
export const inlineCharactersMax = 3_000;

/** Longest text that is parsed at all. A bulk INSERT of 65,535 parameters has 500,000. */
export const textCharactersMax = 1_048_576;

/** Deepest nesting of the syntax tree's JSON. Postgres itself gives up at some 10,000. */
export const treeDepthMax = 1_500;

/** Largest tree, as JSON: what the calling thread must read in one go (some 60 ms). */
export const treeCharactersMax = 5_000_000;

/** A tree of this size is worth condensing before the calling thread reads it. */
export const condenseFromCharacters = 200_000;

/** Rows of a bulk INSERT that are kept whatever they hold. */
export const condensedRowsMin = 100;

/** After this the parser thread is ended and its text refused. The largest texts take 0.1 s. */
export const parseMsMax = 5_000;

/** The same while a new thread starts. */
export const startMsMax = 30_000;

/** Texts that may wait for the parser thread before new ones are refused. */
export const waitingMax = 512;

/** Stack of the parser thread. 100,000 nested terms were seen to fit. */
export const threadStackMb = 64;
