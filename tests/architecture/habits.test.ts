import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesEnding, root, type SourceFile } from './sources.ts';

const code = filesEnding('.ts', '.tsx');
const texts = filesEnding(
  '.ts',
  '.tsx',
  '.js',
  '.mjs',
  '.json',
  '.md',
  '.sql',
  '.prisma',
  '.cedar',
  '.yaml',
  '.yml',
  '.css',
).filter((file) => file.path !== 'package-lock.json');
const self = 'tests/architecture/habits.test.ts';

function linesWith(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files
    .filter((file) => file.path !== self)
    .flatMap((file) =>
      file.lines.flatMap((line, index) =>
        pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
      ),
    );
}

describe('habits', () => {
  it('name files by their noun', () => {
    const vague = /(^|\/)(utils?|helpers?|misc|common|shared|stuff)(\/|\.[a-z]+$)/;
    expect(texts.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
  });

  it('name no document that is not there', () => {
    const named = texts
      .filter((file) => file.path.endsWith('.md'))
      .flatMap((file) => file.lines.flatMap((line) => line.match(/\bdocs\/[\w/.-]+\.(md|png)\b/g) ?? []));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('leave nothing for later', () => {
    expect(linesWith(texts, /\b(FIXME|TODO|XXX|HACK)\b/)).toEqual([]);
  });

  it('know no `any` and silence no check of types', () => {
    expect(
      linesWith(code, /(:\s*any\s*[;,)=]|\bas any\b|<any\b|\bany\[\]|@ts-(ignore|nocheck|expect-error))/),
    ).toEqual([]);
  });

  it('print only in commands and benchmarks', () => {
    const silent = code.filter((file) => !/^(bin|bench)\/|^tests\/run\.ts$/.test(file.path));
    expect(linesWith(silent, /\bconsole\.(log|error|warn|info|debug)\(/)).toEqual([]);
  });

  it('leave no test out by accident', () => {
    const tests = code.filter((file) => file.path.startsWith('tests/'));
    expect(linesWith(tests, /\b(describe|it|test)\.only\(|\bdebugger\b/)).toEqual([]);
  });

  it('hold no path of a machine, no registry and no key', () => {
    const machine = /(^|[\s'"`(=])\/(work|root|home|Users)\/[\w.-]+/;
    expect(linesWith(texts, machine)).toEqual([]);
    expect(
      linesWith(texts, /\b(registry|artifactory|nexus)\.[a-z0-9-]+\.[a-z]{2,}|\b\d+\.\d+\.\d+\.\d+:4873\b/),
    ).toEqual([]);
    expect(
      linesWith(texts, /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*$|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b/),
    ).toEqual([]);
  });
});

describe('packages', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const named = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

  it('have exact versions', () => {
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual(
      [],
    );
  });

  it('have a reason each in docs/dependencies.md, and nothing else has one', () => {
    const document = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
    const rows = document.split('\n').filter((line) => line.startsWith('| `'));
    const reasoned = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    expect([...reasoned].sort()).toEqual(Object.keys(named).sort());
    expect(rows.filter((row) => (row.split('|')[2] ?? '').trim().length < 20)).toEqual([]);
  });

  it('are locked by integrity, with no address to download from', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
    };
    expect(Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    const loose = Object.entries(packages).filter(
      ([path, entry]) => path !== '' && !entry.integrity && !entry.link,
    );
    expect(loose).toEqual([]);
  });
});
