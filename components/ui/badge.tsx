import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

const styles = cva(
  'inline-flex h-5 w-fit max-w-full items-center gap-1 whitespace-nowrap rounded px-1.5 text-xs font-medium leading-none [&_svg]:size-3 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        neutral: 'bg-hover text-ink-soft',
        outline: 'border border-line-strong text-ink-soft',
        accent: 'bg-accent-wash text-accent',
        positive: 'bg-positive-wash text-positive',
        pending: 'bg-pending-wash text-pending',
        negative: 'bg-negative-wash text-negative',
        veiled: 'bg-veiled-wash text-veiled',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export type Tone = NonNullable<VariantProps<typeof styles>['tone']>;

/** A state: always an icon and a word, never colour alone. */
export function Badge({
  tone,
  icon,
  children,
  className,
  ...rest
}: ComponentProps<'span'> & { tone?: Tone; icon?: ReactNode }) {
  return (
    <span className={classNames(styles({ tone }), className)} {...rest}>
      {icon ? <span aria-hidden="true">{icon}</span> : null}
      {children}
    </span>
  );
}
