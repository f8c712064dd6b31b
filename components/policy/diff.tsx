import type { PolicyFile } from '#lib/policies/model';
import { classNames } from '../ui/class-names.ts';
import { InertText } from '../ui/inert-text.tsx';
import { SideBySide } from './code/side-by-side.tsx';
import { type DiffLine, lineDiff } from './line-diff.ts';

const around = 3;

/** What a version changed against the one before, file by file. */
export function PolicyDiff({ older, newer }: { older: readonly PolicyFile[]; newer: readonly PolicyFile[] }) {
  const names = [...new Set([...older, ...newer].map(({ name }) => name))];
  const textOf = (files: readonly PolicyFile[], name: string) =>
    files.find((file) => file.name === name)?.text ?? '';
  const files = names.map((name) => ({ name, older: textOf(older, name), newer: textOf(newer, name) }));
  return (
    <SideBySide files={files.filter((file) => file.older !== file.newer)}>
      {files.map((file) => (
        <FileDiff key={file.name} name={file.name} lines={lineDiff(file.older, file.newer)} />
      ))}
    </SideBySide>
  );
}

const looks = {
  same: ['text-ink-faint', ' '],
  added: ['bg-positive-wash text-positive', '+'],
  removed: ['bg-negative-wash text-negative', '−'],
} as const;

function FileDiff({ name, lines }: { name: string; lines: readonly DiffLine[] | null }) {
  if (!lines) return <p className="text-sm text-ink-soft">{name} is too long to compare here.</p>;
  const shown = lines.filter((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keys.
      tabIndex={0}
      aria-label={`Changes of ${name}`}
      className="overflow-x-auto rounded-md border bg-surface"
    >
      <p className="border-b bg-sunken px-3 py-1 font-mono text-xs text-ink-soft">{name}</p>
      {shown.length === 0 ? <p className="px-3 py-2 text-sm text-ink-soft">Nothing changed.</p> : null}
      {shown.map((line) => (
        <div
          key={`${line.kind} ${line.line}`}
          className={classNames(
            'flex gap-3 px-3 font-mono text-xs leading-5 whitespace-pre',
            looks[line.kind][0],
          )}
        >
          <span className="w-8 shrink-0 text-right tabular">{line.line}</span>
          <span aria-hidden="true">{looks[line.kind][1]}</span>
          <span>
            {line.kind === 'same' ? null : <span className="sr-only">{line.kind}: </span>}
            <InertText text={line.text} />
          </span>
        </div>
      ))}
    </section>
  );
}
