import { Fingerprint } from 'lucide-react';
import type { IssuerRow } from '#lib/agents/model';
import { EndDialog } from '../cut/end-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { plural } from '../ui/number.tsx';

/** Issuers whose tokens agents may present. */
export function IssuerList({
  issuers,
  remove,
}: {
  issuers: readonly IssuerRow[];
  remove: FormAction | null;
}) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-surface">
      {issuers.map((issuer) => (
        <li
          key={issuer.id}
          className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm"
        >
          <Fingerprint aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />
          <span className="w-32 shrink-0 truncate font-medium">{issuer.name}</span>
          <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-soft">
            <InertText text={issuer.issuer} /> <span className="text-ink-faint">for</span>{' '}
            <InertText text={issuer.audience} />
          </span>
          {issuer.singleUse ? <Badge tone="outline">each token once</Badge> : null}
          {issuer.endedAt ? <Badge>ended</Badge> : null}
          <span className="text-xs text-ink-faint">{plural(issuer.agents, 'agent')}</span>
          {remove && !issuer.endedAt ? (
            <EndDialog
              trigger={
                <Button size="sm" variant="ghost" disabled={issuer.agents > 0}>
                  End…
                </Button>
              }
              title={`End the issuer ${issuer.name}`}
              effect="Its tokens are refused from now on."
              confirm="End issuer"
              action={remove}
              fields={{ issuerId: issuer.id }}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}
