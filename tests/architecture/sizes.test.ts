import { describe, expect, it } from 'vitest';
import { filesEnding, type SourceFile } from './sources.ts';

const fileLinesMax = 400;
const testLinesMax = 600;
const functionLinesMax = 70;

const all = filesEnding('.ts', '.tsx').filter((file) => !file.path.endsWith('.d.ts'));
const tests = all.filter((file) => file.path.startsWith('tests/'));
const code = all.filter((file) => !file.path.startsWith('tests/'));

// The formatter puts a function's last brace in the column where its first line begins.
const functionStart =
  /^(\s*)(?:(?:export |default |async |static |private |protected |public |override |get |set )*(?:function\b\*?\s*\w*|#?\w+)(?:<[^(]*>)?\(|(?:export )?(?:const|let) \w+[^=]*= (?:async )?(?:function\b|\(|\w+ =>))/;
const notFunctions = /^\s*(?:if|for|while|switch|catch|return|await|throw|else|describe|it|test)\b/;

interface Block {
  readonly at: string;
  readonly lines: number;
}

function functionsOf(file: SourceFile): Block[] {
  const found: Block[] = [];
  file.lines.forEach((line, start) => {
    const indent = functionStart.exec(line)?.[1];
    if (indent === undefined || notFunctions.test(line)) return;
    const opens = bodyOpens(file.lines, start, indent);
    if (opens === -1) return;
    const end = file.lines.findIndex(
      (text, index) => index > opens && text.startsWith(`${indent}}`) && /^\s*\}[;,)]*$/.test(text),
    );
    if (end !== -1) found.push({ at: `${file.path}:${start + 1}`, lines: end - start + 1 });
  });
  return found;
}

/** The line on which the body begins: the first one, or the one that closes the parameters. */
function bodyOpens(lines: readonly string[], start: number, indent: string): number {
  if (lines[start]?.endsWith(' {')) return start;
  if (!lines[start]?.endsWith('(') && !lines[start]?.endsWith('({')) return -1;
  const close = lines.findIndex(
    (text, index) => index > start && (text.startsWith(`${indent})`) || text.startsWith(`${indent}})`)),
  );
  return close !== -1 && lines[close]?.endsWith(' {') ? close : -1;
}

describe('sizes', () => {
  it('keep half the files under 80 lines and nine in ten under 220', () => {
    const lengths = code.map((file) => file.lines.length).sort((a, b) => a - b);
    const share = (limit: number) => lengths.filter((length) => length < limit).length / lengths.length;
    expect(share(80)).toBeGreaterThanOrEqual(0.5);
    expect(share(220)).toBeGreaterThanOrEqual(0.9);
  });

  it('let no file grow over its limit', () => {
    const long = [
      ...code.filter((file) => file.lines.length > fileLinesMax),
      ...tests.filter((file) => file.lines.length > testLinesMax),
    ].map((file) => `${file.path}: ${file.lines.length}`);
    expect(long).toEqual([]);
  });

  it('keep functions under 70 lines', () => {
    const long = code
      .flatMap(functionsOf)
      .filter((block) => block.lines >= functionLinesMax)
      .map((block) => `${block.at}: ${block.lines} lines`);
    expect(long).toEqual([]);
  });

  it('would see a function that is too long', () => {
    const body = Array.from({ length: 80 }, (_, index) => `  work(${index});`);
    const lines = ['export async function long(', '  first: string,', '): Promise<void> {', ...body, '}'];
    const found = functionsOf({ path: 'x.ts', text: lines.join('\n'), lines });
    expect(found).toEqual([{ at: 'x.ts:1', lines: 84 }]);
  });
});
