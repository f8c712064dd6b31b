import type { ComponentProps, ReactNode } from 'react';
import { useId } from 'react';
import { classNames } from './class-names.ts';

const control =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink shadow-raised placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-negative';

export interface FieldText {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
}

type Described = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

/** Label, control, hint and error, tied together for assistive technology. */
export function Field({
  label,
  hint,
  error,
  className,
  children,
}: FieldText & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={classNames('space-y-1.5', className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="text-xs text-negative">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function split<Props extends FieldText>(props: Props) {
  const { label, hint, error, className, ...rest } = props;
  return { text: { label, hint, error, ...(className ? { className } : {}) }, rest };
}

export function TextField(props: FieldText & ComponentProps<'input'>) {
  const { text, rest } = split(props);
  return (
    <Field {...text}>
      {(described) => <input className={classNames(control, 'h-8')} {...rest} {...described} />}
    </Field>
  );
}

export function TextArea(props: FieldText & ComponentProps<'textarea'>) {
  const { text, rest } = split(props);
  return (
    <Field {...text}>
      {(described) => (
        <textarea rows={3} className={classNames(control, 'py-1.5')} {...rest} {...described} />
      )}
    </Field>
  );
}

export function SelectField(props: FieldText & ComponentProps<'select'>) {
  const { text, rest } = split(props);
  return (
    <Field {...text}>
      {(described) => <select className={classNames(control, 'h-8 pr-8')} {...rest} {...described} />}
    </Field>
  );
}

export function CheckField({
  label,
  hint,
  className,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <label className={classNames('flex min-h-6 items-start gap-2 text-sm', className)}>
      <input type="checkbox" className="mt-1 size-3.5 shrink-0 accent-accent" {...rest} />
      <span>
        {label}
        {hint ? <span className="block text-xs text-ink-faint">{hint}</span> : null}
      </span>
    </label>
  );
}
