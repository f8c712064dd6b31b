import { reveal } from './reveal.ts';

/**
 * Text that somebody untrusted wrote: never markup, its direction isolated, and characters that
 * would not be seen drawn as marks.
 */
export function InertText({ text, className }: { text: string; className?: string }) {
  return (
    <bdi className={className}>
      {reveal(text).map((part) =>
        part.kind === 'text' ? part.text : <Mark key={part.at} glyph={part.glyph} name={part.name} />,
      )}
    </bdi>
  );
}

export function Mark({ glyph, name }: { glyph: string; name: string }) {
  return (
    <mark
      title={name}
      className="relative mx-px rounded-sm bg-negative-wash px-0.5 font-mono text-[0.85em] text-negative ring-1 ring-negative/40"
    >
      {glyph}
      <span className="sr-only"> ({name})</span>
    </mark>
  );
}
