import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = join(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', '.git', '.next', '.countersign', 'generated', 'test-results']);

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

export interface Import {
  readonly from: string;
  /** A file of ours (from the root), or the name of a package. */
  readonly to: string;
  readonly kind: 'file' | 'package' | 'node';
}

/** Every file of the tree that ends with one of `endings`, dependencies and generated ones left out. */
export function filesEnding(...endings: string[]): SourceFile[] {
  return walk(root)
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: relative(root, path), text, lines: text.split('\n') };
    });
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const importForms = [
  /\b(?:import|export)\s+(?:type\s+)?[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]/g,
  /\bimport\s+['"]([^'"]+)['"]/g,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
];

/** What a file imports, statically or not, types too. */
export function importsOf(file: SourceFile): Import[] {
  const specifiers = importForms.flatMap((form) =>
    [...file.text.matchAll(form)].map((match) => match[1] ?? ''),
  );
  return [...new Set(specifiers)].map((specifier) => resolveImport(file.path, specifier));
}

function resolveImport(from: string, specifier: string): Import {
  if (specifier.startsWith('.')) {
    return { from, to: relative(root, join(root, dirname(from), specifier)), kind: 'file' };
  }
  if (specifier.startsWith('#')) {
    const to = specifier.slice(1);
    return { from, to: `${to}${to.startsWith('components/') ? '.tsx' : '.ts'}`, kind: 'file' };
  }
  if (specifier.startsWith('node:')) return { from, to: specifier, kind: 'node' };
  const parts = specifier.split('/');
  return {
    from,
    to: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? ''),
    kind: 'package',
  };
}
