import { EyeOff, X } from 'lucide-react';
import { optionWords } from '#lib/masking/schema';
import type { MaskRow } from '#lib/resources/model';
import { EndDialog } from '../cut/end-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { MaskChangeForm } from './mask-form.tsx';

/** Columns that agents never see as they are. */
export function MaskList({
  masks,
  change,
  remove,
}: {
  masks: readonly MaskRow[];
  change: FormAction | null;
  remove: FormAction | null;
}) {
  if (masks.length === 0) return <p className="text-sm text-ink-soft">No column is masked.</p>;
  return (
    <ul className="divide-y rounded-md border">
      {masks.map((mask) => (
        <li key={mask.id} className="flex min-h-9 flex-wrap items-center gap-2 px-2.5 py-1 text-sm">
          <EyeOff aria-hidden="true" className="size-3.5 shrink-0 text-veiled" />
          <code className="min-w-0 flex-1 truncate font-mono text-xs">
            <InertText text={mask.column} />
          </code>
          <Badge tone="veiled">{mask.kind}</Badge>
          {mask.lookup === 'equality' ? <Badge tone="outline">may be looked up by =</Badge> : null}
          <MaskOptionWords options={mask.options} className="order-last w-full pl-5.5" />
          {mask.reason ? (
            <span className="order-last w-full pl-5.5 text-xs text-ink-soft">
              <InertText text={mask.reason} />
            </span>
          ) : null}
          {change ? <MaskChangeForm mask={mask} action={change} /> : null}
          {remove ? (
            <EndDialog
              trigger={
                <Button variant="ghost" size="icon-sm" aria-label={`Remove the mask of ${mask.column}`}>
                  <X aria-hidden="true" />
                </Button>
              }
              title="Remove this mask"
              effect={`Every agent with a grant on it sees ${mask.column} as it is, from now on.`}
              confirm="Remove mask"
              action={remove}
              fields={{ maskId: mask.id }}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** What a mask says beside its kind; nothing where it says nothing. */
export function MaskOptionWords({ options, className }: { options: MaskRow['options']; className: string }) {
  const words = optionWords(options);
  if (words === '') return null;
  return (
    <span className={classNames('text-xs text-ink-soft', className)}>
      <InertText text={words} />
    </span>
  );
}
