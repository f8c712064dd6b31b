import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ErrorDetail, invalid } from '#lib/core/errors';
import { type Declaration, declarationSchema } from './schema.ts';

const textCharsMax = 2_000_000;

export type Path = readonly (string | number)[];

/** A declaration file that is well-formed; `at` names the place of any of its values. */
export interface DeclarationFile {
  readonly name: string;
  readonly text: string;
  readonly declaration: Declaration;
  /** `access.yaml:14:5` */
  at(path: Path): string;
}

/** Reads a declaration. Throws `invalid` with every fault's line and column: syntax, unknown keys, values. */
export function readDeclaration(name: string, text: string): DeclarationFile {
  if (text.length > textCharsMax) throw invalid(`${name} is longer than ${textCharsMax} characters.`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].map((error) => ({
    at: place(error.pos[0]),
    message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
  }));
  if (faults.length > 0) throw refused(name, faults);
  const at = (path: Path) => place(offsetOf(document, path));
  const parsed = declarationSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (!parsed.success) {
    throw refused(
      name,
      parsed.error.issues.flatMap((issue) => faultsOf(issue, document, at, place)),
    );
  }
  return { name, text, declaration: parsed.data, at };
}

export function refused(name: string, faults: readonly ErrorDetail[]) {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return invalid(`${name} has ${count}; nothing was changed.`, faults);
}

function faultsOf(
  issue: z.core.$ZodIssue,
  document: Document,
  at: (path: Path) => string,
  place: (offset: number) => string,
): readonly ErrorDetail[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      at: place(keyOffset(document, path, key)),
      message: `nobody knows the key "${key}" here`,
    }));
  }
  if (issue.code === 'invalid_union') {
    return [{ at: at(path), message: `${labelOf(path)} is none of the forms that it may have` }];
  }
  const missing = issue.code === 'invalid_type' && document.getIn(path) === undefined;
  return [
    { at: at(path), message: missing ? `${labelOf(path)} is missing` : `${labelOf(path)}: ${issue.message}` },
  ];
}

function labelOf(path: Path): string {
  const name = path.findLast((part) => typeof part === 'string');
  return name === undefined ? 'the file' : String(name);
}

/** Where a value stands; of one that is missing, the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(map)) {
    for (const pair of map.items) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === key && pair.key.range)
        return pair.key.range[0];
    }
  }
  return offsetOf(document, path);
}
