import { EyeOff, Table2 } from 'lucide-react';
import type { ResourceObject } from '#lib/resources/model';
import { Badge } from '../ui/badge.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { plural } from '../ui/number.tsx';
import { MaskOptionWords } from './mask-list.tsx';

/** The target's catalog as the gateway read it last, with what is masked. */
export function Catalog({ objects }: { objects: readonly ResourceObject[] }) {
  if (objects.length === 0) {
    return (
      <p className="text-sm text-ink-soft">
        Not read yet: the gateway reads it when the first session opens.
      </p>
    );
  }
  return (
    <ul className="space-y-1">
      {objects.map((object) => (
        <li key={`${object.schema}.${object.name}`}>
          <details className="group rounded-md border open:bg-sunken">
            <summary className="flex min-h-8 items-center gap-2 px-2.5 text-sm">
              <Table2 aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
              <code className="min-w-0 flex-1 truncate font-mono text-xs">
                <InertText text={`${object.schema}.${object.name}`} />
              </code>
              {object.goneAt ? <Badge tone="pending">gone</Badge> : null}
              {object.kind === 'table' ? null : <Badge>{object.kind}</Badge>}
              <span className="text-xs text-ink-faint">{plural(object.columns.length, 'column')}</span>
            </summary>
            <ul className="border-t px-2.5 py-1.5 font-mono text-xs leading-6">
              {object.columns.map((column) => (
                <li key={column.name} className="flex flex-wrap items-center gap-x-2">
                  <InertText text={column.name} className={column.mask ? 'text-veiled' : ''} />
                  {column.mask ? (
                    <Badge tone="veiled" icon={<EyeOff />} className="ml-auto font-sans">
                      {column.mask.kind}
                    </Badge>
                  ) : null}
                  {column.mask ? (
                    <MaskOptionWords options={column.mask.options} className="w-full font-sans" />
                  ) : null}
                  {column.mask ? (
                    <span className="w-full font-sans text-ink-soft">
                      {column.mask.reason ? (
                        <InertText text={column.mask.reason} />
                      ) : (
                        `Masked ${column.mask.managedBy === 'page' ? 'in the browser' : 'by a declaration file'}; no reason was given.`
                      )}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
