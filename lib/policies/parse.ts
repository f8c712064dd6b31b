import { type DetailedError, type PolicyJson, readPolicy, splitPolicies } from './cedar.ts';
import type { PolicyProblem } from './compiled.ts';
import type { PolicyFile } from './model.ts';

/** A policy as it stands in a file. */
export interface SourcePolicy {
  readonly file: string;
  readonly text: string;
  /** UTF-16 offset of its first character in the file's text. */
  readonly offset: number;
  /** Its place among the file's policies, from 1. */
  readonly ordinal: number;
  readonly isTemplate: boolean;
  readonly json: PolicyJson | null;
}

export interface ParsedFile {
  readonly policies: readonly SourcePolicy[];
  readonly problems: readonly PolicyProblem[];
}

/** Splits one file into its policies, in the order in which they stand. */
export function parseFile(file: PolicyFile): ParsedFile {
  const parts = splitPolicies(file.text);
  if (parts.type === 'failure') {
    return { policies: [], problems: parts.errors.map((error) => problemOf(file, 0, file.text, error)) };
  }
  const placed = [
    ...place(file.text, parts.policies, false),
    ...place(file.text, parts.policy_templates, true),
  ].sort((a, b) => a.offset - b.offset);
  const policies = placed.map((part, index): SourcePolicy => {
    const answer = part.isTemplate ? null : readPolicy(part.text);
    return {
      ...part,
      file: file.name,
      ordinal: index + 1,
      json: answer?.type === 'success' ? answer.json : null,
    };
  });
  return { policies, problems: [] };
}

/** Cedar gives parts back as they were written, so each stands in the text as it is. */
function place(text: string, parts: readonly string[], isTemplate: boolean) {
  const searchedFrom = new Map<string, number>();
  return parts.map((part) => {
    const offset = Math.max(0, text.indexOf(part, searchedFrom.get(part) ?? 0));
    searchedFrom.set(part, offset + part.length);
    return { text: part, offset, isTemplate };
  });
}

/** A Cedar error at its place in the file. `offset` is where `text` begins in it. */
export function problemOf(
  file: PolicyFile,
  offset: number,
  text: string,
  error: DetailedError,
  severity: 'error' | 'warning' = 'error',
): PolicyProblem {
  const bytes = error.sourceLocations?.[0]?.start ?? 0;
  const units = Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
  return problemAt(file, offset + units, error.message, error.help, severity);
}

/** A problem at a UTF-16 offset of the file. */
export function problemAt(
  file: PolicyFile,
  offset: number,
  message: string,
  hint: string | null,
  severity: 'error' | 'warning' = 'error',
): PolicyProblem {
  return { severity, file: file.name, ...placeOf(file.text, offset), message, hint };
}

export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
