import { describe, expect, it } from 'vitest';
import { type Zone, zones } from './import-table.ts';
import { filesEnding, type Import, importsOf, type SourceFile } from './sources.ts';

const sources = filesEnding('.ts', '.tsx').filter((file) => !file.path.endsWith('.d.ts'));
const impure = /^node:(net|tls|http|https|http2|dgram|dns|fs|child_process|cluster|worker_threads)/;

function zoneOf(path: string): Zone {
  const zone = zones.find((candidate) => candidate.files.test(path));
  if (!zone) throw new Error(`${path} is in no folder that docs/architecture.md knows`);
  return zone;
}

/** `lib/grants/`, `components/ui/`, `proxy/listeners/postgres/`: what a file's own folder is. */
function ownFolder(path: string): string {
  const parts = path.split('/');
  return `${parts.slice(0, path.startsWith('proxy/listeners/') ? 3 : 2).join('/')}/`;
}

function allowed(file: SourceFile, zone: Zone, one: Import): boolean {
  if (one.kind === 'node') return !(zone.pure && impure.test(one.to));
  if (one.kind === 'package') return zone.packages.includes('*') || zone.packages.includes(one.to);
  if (one.to.endsWith('.css')) return zone.name === 'app';
  if (zone.own && one.to.startsWith(ownFolder(file.path))) return true;
  return zone.mayImport.some((pattern) => pattern.test(one.to));
}

describe('imports', () => {
  it('go only the way that docs/architecture.md draws', () => {
    const wrong = sources.flatMap((file) => {
      const zone = zoneOf(file.path);
      return importsOf(file)
        .filter((one) => !allowed(file, zone, one))
        .map((one) => `${file.path} (${zone.name}) imports ${one.to}`);
    });
    expect(wrong).toEqual([]);
  });

  it('never go from one wire to another', () => {
    const wireOf = (path: string) => /^proxy\/listeners\/([a-z-]+)\//.exec(path)?.[1];
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((one) => one.kind === 'file' && wireOf(file.path) && wireOf(one.to))
        .filter((one) => wireOf(one.to) !== wireOf(file.path))
        .map((one) => `${file.path} imports ${one.to}`),
    );
    expect(wrong).toEqual([]);
  });

  it('load nothing of the sandbox but on demand', () => {
    const eager = /^import\s+(?!type\b)[^;]*?from\s+['"](?:#bin|\.\.?)\/(?:[\w./-]*\/)?sandbox\/[^'"]+['"]/gm;
    const wrong = sources
      .filter((file) => !/^(bin\/sandbox|tests|bench)\//.test(file.path))
      .flatMap((file) => [...file.text.matchAll(eager)].map((match) => `${file.path}: ${match[0]}`));
    expect(wrong).toEqual([]);
  });

  it('read the environment in one module of each process', () => {
    const readers = [
      ...[/^bin\//, /^tests\//, /^bench\//, /^proxy\/(config|main)\.ts$/, /\.config\.ts$/],
      ...[/^app\/_server\/environment\.ts$/, /^app\/_server\/sign-in\.ts$/],
    ];
    const wrong = sources
      .filter((file) => !readers.some((pattern) => pattern.test(file.path)))
      .filter((file) => file.text.includes('process.env'))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });
});
