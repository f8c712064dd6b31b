import { AlertTriangle, CheckCircle2, Info, OctagonX } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

const looks = {
  note: { icon: Info, classes: 'border-line bg-sunken text-ink-soft', iconClasses: 'text-ink-faint' },
  positive: {
    icon: CheckCircle2,
    classes: 'border-transparent bg-positive-wash text-ink',
    iconClasses: 'text-positive',
  },
  pending: {
    icon: AlertTriangle,
    classes: 'border-transparent bg-pending-wash text-ink',
    iconClasses: 'text-pending',
  },
  negative: {
    icon: OctagonX,
    classes: 'border-transparent bg-negative-wash text-ink',
    iconClasses: 'text-negative',
  },
} as const;

/** A sentence that must be seen beside the content it is about. */
export function Callout({
  look = 'note',
  title,
  children,
  role,
  className,
}: {
  look?: keyof typeof looks;
  title?: ReactNode;
  children?: ReactNode;
  role?: 'alert' | 'status';
  className?: string;
}) {
  const { icon: Icon, classes, iconClasses } = looks[look];
  return (
    <div
      role={role}
      className={classNames('flex gap-2.5 rounded-lg border px-3 py-2.5 text-sm', classes, className)}
    >
      <Icon aria-hidden="true" className={classNames('mt-0.5 size-4 shrink-0', iconClasses)} />
      <div className="min-w-0 space-y-1 break-words">
        {title ? <p className="font-medium text-ink">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}
