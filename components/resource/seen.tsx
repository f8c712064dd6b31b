import { EyeOff, KeyRound } from 'lucide-react';
import type { LoginRole, MaskSuggestion, Stranger } from '#lib/resources/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge } from '../ui/badge.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { plural } from '../ui/number.tsx';
import { exactUtc, RelativeTime } from '../ui/relative-time.tsx';

/** Sessions on the target that did not come through the gateway: the old static key is still in use. */
export function Strangers({ strangers }: { strangers: readonly Stranger[] }) {
  return (
    <details className="rounded-md border" open={strangers.length <= 3}>
      <summary className="min-h-8 px-2.5 py-1.5 text-sm font-medium">
        {plural(strangers.length, 'session')} beside the gateway
      </summary>
      <ul aria-label="Sessions beside the gateway" className="divide-y border-t text-sm">
        {strangers.map((one) => (
          <li
            key={`${one.role} ${one.address} ${one.application} ${one.since?.getTime()}`}
            className="flex flex-wrap items-center gap-x-2 px-2.5 py-1"
          >
            <code className="font-mono text-xs">
              <InertText text={one.role} />
            </code>
            {one.sameRole ? <Badge tone="negative">the gateway’s own role</Badge> : null}
            <span className="text-ink-soft">
              <InertText text={`${one.address ?? 'address not seen'} ${one.application}`.trim()} />
            </span>
            {one.since ? <RelativeTime at={one.since} className="ml-auto text-xs text-ink-faint" /> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Roles of the target that can log in: each is a door beside the gateway. */
export function LoginRoles({ roles }: { roles: readonly LoginRole[] }) {
  return (
    <details className="rounded-md border">
      <summary className="min-h-8 px-2.5 py-1.5 text-sm font-medium">
        {plural(roles.length, 'role')} can log in
      </summary>
      <ul aria-label="Login roles" className="divide-y border-t text-sm">
        {roles.map((role) => (
          <li key={role.name} className="flex flex-wrap items-center gap-2 px-2.5 py-1">
            <KeyRound aria-hidden="true" className="size-3.5 text-ink-faint" />
            <code className="font-mono text-xs">
              <InertText text={role.name} />
            </code>
            {role.gateway ? <Badge tone="accent">the gateway’s</Badge> : null}
            {role.superuser ? <Badge tone="negative">superuser</Badge> : null}
            {role.createsRoles && !role.superuser ? <Badge tone="pending">makes roles</Badge> : null}
            {role.validUntil ? (
              <span className="ml-auto text-xs text-ink-faint">until {exactUtc(role.validUntil)}</span>
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Columns that look confidential; one click masks one, and keeps why. */
export function Suggestions({
  suggestions,
  resourceId,
  mask,
}: {
  suggestions: readonly MaskSuggestion[];
  resourceId: string;
  mask: FormAction;
}) {
  return (
    <div className="space-y-1">
      <p className="text-sm font-medium">Columns that look as if they should be masked</p>
      <ul aria-label="Suggested masks" className="space-y-1 text-sm text-ink-soft">
        {suggestions.map((one) => (
          <li key={one.column} className="flex flex-wrap items-center gap-x-2">
            <span className="min-w-0 flex-1">
              <code className="font-mono text-xs text-ink">
                <InertText text={one.column} />
              </code>{' '}
              {one.kind}: <InertText text={one.why} />
            </span>
            <ActionForm action={mask} label={`Mask ${one.column}`}>
              <input type="hidden" name="resourceId" value={resourceId} />
              <input type="hidden" name="column" value={one.column} />
              <input type="hidden" name="kind" value={one.kind} />
              <input type="hidden" name="reason" value={one.why} />
              <SubmitButton size="sm" variant="ghost" aria-label={`Mask ${one.column}`}>
                <EyeOff aria-hidden="true" /> Mask
              </SubmitButton>
            </ActionForm>
          </li>
        ))}
      </ul>
    </div>
  );
}
