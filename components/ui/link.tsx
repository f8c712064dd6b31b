import NextLink from 'next/link';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

/** In-app navigation. Pages are made per request, so nothing is fetched before a click. */
export function Link({ prefetch = false, ...rest }: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={prefetch} {...rest} />;
}

/** A link inside text. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      className={classNames(
        'text-accent underline decoration-accent/35 underline-offset-2 hover:decoration-accent',
        className,
      )}
      {...rest}
    />
  );
}
