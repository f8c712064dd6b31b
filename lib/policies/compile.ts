import { invalid } from '#lib/core/errors';
import { builtinFile } from './builtin.ts';
import type { CompiledPolicies, CompiledPolicy, PolicyProblem } from './compiled.ts';
import { limitsBeyondSessions } from './limits.ts';
import type { PolicyFile } from './model.ts';
import { knownList, readObligations } from './obligations.ts';
import { parseFile, placeOf, problemAt, type SourcePolicy } from './parse.ts';
import { changingReads, contextNames } from './reads.ts';
import { comparedGroup, validateAll } from './validate.ts';

const idPattern = /^[\w][\w .:/#-]{0,119}$/;
const reservedIds = /^(grant|builtin|freeze|mask|pinned)[:/]/;

/**
 * Everything wrong in the files, at its place: what Cedar can't read or validate, and what is
 * neither a rule nor a forbid. Files with an error are not published; warnings are shown.
 */
export function publishCheck(files: readonly PolicyFile[]): readonly PolicyProblem[] {
  const { policies, problems } = understand(files, 'published');
  return [
    ...problems,
    ...policies.flatMap((policy) => beyondSessions(policy, files)),
    ...validateAll(policies, files),
  ];
}

/** Only publishing refuses it: a version that was published before goes on to decide. */
function beyondSessions(policy: CompiledPolicy, files: readonly PolicyFile[]): PolicyProblem[] {
  const fault = limitsBeyondSessions(policy.obligations?.limits ?? []);
  const file = files.find(({ name }) => name === policy.file);
  return fault === null || file === undefined ? [] : [problemAt(file, policy.offset, fault, null)];
}

/** The policies in the files that can be read, whatever else is wrong. */
export function understandFiles(files: readonly PolicyFile[]): readonly CompiledPolicy[] {
  return understand(files, 'published').policies;
}

let compilations = 0;
let builtin: Understood | null = null;

/**
 * Makes a policy version ready to decide, the built-in policies with it. Throws `invalid` for what is
 * no rule and no forbid, with every problem's place as a detail. Types were checked when it was
 * published: one that does not fit any more fails while it is evaluated, and so denies.
 */
export function compilePolicies(files: readonly PolicyFile[], version: number): CompiledPolicies {
  builtin ??= understand([builtinFile], 'builtin');
  const published = understand(files, 'published');
  refuseErrors([...builtin.problems, ...published.problems]);
  compilations += 1;
  const policies = [...builtin.policies, ...published.policies];
  return {
    version,
    key: `c${compilations}`,
    policies,
    byId: new Map(policies.map((policy) => [policy.id, policy])),
  };
}

/** Throws `invalid` when there is an error among the problems. */
export function refuseErrors(problems: readonly PolicyProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw invalid(
    'The policies can’t be used. Correct them and try again.',
    errors.map(({ file, line, column, message, hint }) => ({
      at: `${file}:${line}:${column}`,
      message: hint ? `${message} (${hint})` : message,
    })),
  );
}

interface Understood {
  readonly policies: readonly CompiledPolicy[];
  readonly problems: readonly PolicyProblem[];
}

function understand(files: readonly PolicyFile[], origin: 'published' | 'builtin'): Understood {
  const policies: CompiledPolicy[] = [];
  const problems: PolicyProblem[] = [];
  const seen = new Map<string, string>();
  for (const file of files) {
    const parsed = parseFile(file);
    problems.push(...parsed.problems);
    for (const source of parsed.policies) {
      const result = understandOne(file, source, origin);
      problems.push(...result.problems);
      if (!result.policy) continue;
      const before = seen.get(result.policy.id);
      if (before !== undefined) {
        const message = `the id "${result.policy.id}" is used before, at ${before}`;
        problems.push(problemAt(file, source.offset, message, 'give each policy its own @id("…")'));
        continue;
      }
      seen.set(result.policy.id, `${file.name}:${result.policy.line}`);
      policies.push(result.policy);
    }
  }
  return { policies, problems };
}

function understandOne(
  file: PolicyFile,
  source: SourcePolicy,
  origin: 'published' | 'builtin',
): { readonly policy: CompiledPolicy | null; readonly problems: readonly PolicyProblem[] } {
  const refuse = (message: string, hint: string | null) => ({
    policy: null,
    problems: [problemAt(file, source.offset, message, hint)],
  });
  if (source.isTemplate || !source.json) {
    return refuse(
      'a template is no part of a policy file',
      'access is given by grants, which Countersign turns into templates itself; write a rule or a forbid',
    );
  }
  const annotations = source.json.annotations ?? {};
  const id = annotations.id ?? `${file.name}#${source.ordinal}`;
  const { obligations, faults } = readObligations(annotations);
  const problems = faults.map((fault) => problemAt(file, source.offset, fault, null));
  if (!idPattern.test(id) || (origin === 'published' && reservedIds.test(id))) {
    problems.push(problemAt(file, source.offset, `"${id}" can’t be a policy’s id`, 'letters, digits, - _ .'));
  }
  const names = contextNames(source.json);
  const isForbid = source.json.effect === 'forbid';
  if (isForbid && obligations) {
    const message = 'a forbid denies, so no obligation (@approve, @reason, @rows_max …) can follow it';
    problems.push(problemAt(file, source.offset, message, 'to hold instead, write permit with @approve'));
  }
  if (!isForbid && !obligations && origin === 'published') {
    const hint = `a permit in a policy file adds an obligation (${knownList}); access is given by grants`;
    problems.push(problemAt(file, source.offset, 'a plain permit would give access outside grants', hint));
  }
  const group = comparedGroup(source.json);
  if (group) {
    const message = `requests name members of "${group}", so this would never match`;
    problems.push(problemAt(file, source.offset, message, `write: action in Action::"${group}"`));
  }
  if (problems.length > 0) return { policy: null, problems };
  return {
    problems,
    policy: {
      id,
      kind: isForbid ? 'forbid' : origin === 'builtin' ? 'builtin' : 'rule',
      file: file.name,
      line: placeOf(file.text, source.offset).line,
      offset: source.offset,
      text: source.text,
      json: source.json,
      message: annotations.message ?? null,
      hint: annotations.hint ?? null,
      obligations: isForbid || origin === 'builtin' ? null : obligations,
      reads: changingReads(names),
      names,
    },
  };
}
