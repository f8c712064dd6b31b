import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { InertText } from './inert-text.tsx';

/** Text as it is, in mono. Children may colour it; without them the text is shown inert. */
export function CodeBlock({
  text,
  children,
  label,
  className,
}: {
  text?: string;
  children?: ReactNode;
  label: string;
  className?: string;
}) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keys.
      tabIndex={0}
      aria-label={label}
      dir="ltr"
      className={classNames(
        'overflow-auto whitespace-pre-wrap rounded-md border bg-sunken px-3 py-2.5 font-mono text-xs leading-5 [overflow-wrap:anywhere]',
        className,
      )}
    >
      <code>{children ?? <InertText text={text ?? ''} />}</code>
    </section>
  );
}
