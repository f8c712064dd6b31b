import { ArrowRight, CircleCheck, CircleSlash, Clock } from 'lucide-react';
import type { Effect, ProposalRow, ProposalState } from '#lib/proposals/model';
import { EndDialog } from '../cut/end-dialog.tsx';
import { PersonName } from '../person/person-name.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

interface Actions {
  readonly consent: FormAction;
  readonly decline: FormAction;
  readonly withdraw: FormAction;
}

/** Proposed changes, each with its values before and after, and what this person may answer. */
export function ProposalList({
  label,
  rows,
  actions,
}: {
  label: string;
  rows: readonly ProposalRow[];
  actions: Actions;
}) {
  return (
    <ul aria-label={label} className="divide-y overflow-hidden rounded-lg border bg-surface">
      {rows.map((row) => (
        <li key={row.id} className="space-y-2 px-3 py-2.5 text-sm">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <State state={row.state} />
            <span className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">
              <InertText text={row.title} />
            </span>
            <span className="text-xs text-ink-faint">
              by {row.proposedBy ? <PersonName person={row.proposedBy} /> : 'somebody unknown'}{' '}
              <RelativeTime at={row.createdAt} />
            </span>
          </div>
          <Effects effects={row.effects} />
          {row.reason ? (
            <p className="text-ink-soft">
              <InertText text={row.reason} />
            </p>
          ) : null}
          <Answered row={row} />
          <Answer row={row} actions={actions} />
        </li>
      ))}
    </ul>
  );
}

const looks = {
  pending: ['pending', Clock, 'waits for consent'],
  consented: ['positive', CircleCheck, 'consented, not applied yet'],
  done: ['positive', CircleCheck, 'made'],
  declined: ['negative', CircleSlash, 'declined'],
  withdrawn: ['neutral', CircleSlash, 'taken back'],
  stale: ['neutral', CircleSlash, 'stale'],
  expired: ['neutral', CircleSlash, 'expired'],
} as const satisfies Record<ProposalState, unknown>;

function State({ state }: { state: ProposalState }) {
  const [tone, Icon, text] = looks[state];
  return (
    <Badge tone={tone} icon={<Icon />}>
      {text}
    </Badge>
  );
}

function Effects({ effects }: { effects: readonly Effect[] }) {
  return (
    <dl className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[minmax(5rem,max-content)_minmax(0,1fr)]">
      {effects.map(({ what, before, after }) => (
        <div key={`${what} ${before} ${after}`} className="contents">
          <dt className="text-ink-faint [overflow-wrap:anywhere]">
            <InertText text={what} />
          </dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-2">
            <span className="text-ink-soft line-through decoration-ink-faint">
              <span className="sr-only">before: </span>
              {before === null ? 'nothing' : <InertText text={before} />}
            </span>
            <ArrowRight aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
            <span>
              <span className="sr-only">after: </span>
              {after === null ? 'nothing' : <InertText text={after} />}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Answered({ row }: { row: ProposalRow }) {
  if (row.decidedAt === null) return null;
  return (
    <p className="text-xs text-ink-faint">
      {row.decidedBy ? <PersonName person={row.decidedBy} /> : 'Decided'} <RelativeTime at={row.decidedAt} />
      {row.decisionReason ? (
        <>
          {': '}
          <InertText text={row.decisionReason} />
        </>
      ) : null}
    </p>
  );
}

function Answer({ row, actions }: { row: ProposalRow; actions: Actions }) {
  const { may } = row;
  if (row.state !== 'pending') return null;
  const fields = { proposalId: row.id };
  return (
    <div className="flex flex-wrap items-start gap-2">
      {may.consent ? (
        <ActionForm action={actions.consent} label={`Consent: ${row.title}`}>
          <input type="hidden" name="proposalId" value={row.id} />
          <SubmitButton size="sm" variant="primary" pendingText="Consenting…">
            Consent
          </SubmitButton>
        </ActionForm>
      ) : null}
      {may.decline ? (
        <EndDialog
          trigger={<Button size="sm">Decline…</Button>}
          title="Decline this change"
          effect="Nothing is changed. Who proposed it reads your reason."
          confirm="Decline"
          action={actions.decline}
          fields={fields}
        />
      ) : null}
      {may.withdraw ? (
        <EndDialog
          trigger={<Button size="sm">Take back…</Button>}
          title="Take this proposal back"
          effect="Nothing is changed, and nobody can consent to it any more."
          confirm="Take back"
          action={actions.withdraw}
          fields={fields}
        />
      ) : null}
      {may.whyNot ? <p className="py-1 text-xs text-ink-soft">{may.whyNot}</p> : null}
    </div>
  );
}
