import type { RemovalView } from '#lib/reviews/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { RemovalBadge } from './item-looks.tsx';

/** What the decisions took away, where it stands, and how far each removal is proven. */
export function RemovalList({
  campaignId,
  removals,
  confirm,
}: {
  campaignId: string;
  removals: readonly RemovalView[];
  /** Null: this person may not confirm what another system took. */
  confirm: FormAction | null;
}) {
  if (removals.length === 0) return <p className="text-sm text-ink-soft">Nothing was taken away.</p>;
  return (
    <ul className="space-y-2">
      {removals.map((removal) => (
        <li key={removal.id} className="space-y-1 rounded-md border bg-surface px-3 py-2 text-sm">
          <div className="flex flex-wrap items-center gap-2">
            <RemovalBadge state={removal.state} />
            <TextLink href={`/reviews/${campaignId}?open=${removal.itemId}`}>
              <InertText text={removal.sentence} />
            </TextLink>
            {removal.source === 'countersign' ? null : <Badge tone="outline">{removal.source}</Badge>}
            <span className={removal.overdue ? 'text-negative' : 'text-ink-faint'}>
              due <RelativeTime at={removal.dueAt} className="" />
            </span>
          </div>
          <ul className="list-disc pl-5 text-ink-soft">
            {removal.proofs.map((proof) => (
              <li key={`${proof.state} ${proof.at}`}>
                <InertText text={proof.sentence} />
              </li>
            ))}
          </ul>
          {removal.source !== 'countersign' && isOpen(removal) ? (
            <Elsewhere removal={removal} confirm={confirm} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** To be ordered at its source: for the first time, or again because it did not last. */
function isOpen({ state }: RemovalView): boolean {
  return state === 'requested' || state === 'ineffective';
}

function Elsewhere({ removal, confirm }: { removal: RemovalView; confirm: FormAction | null }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <span className="text-pending">
        It stands in {removal.source}: take it away there. Only a later reading proves that it is gone.
      </span>
      {confirm ? (
        <FormDialog
          trigger={<Button size="sm">Confirm the order…</Button>}
          title={`${removal.source} took the order`}
          description="It is recorded as accepted, with you as its witness. It counts as removed once a later reading does not give it any more."
          action={confirm}
          confirm="Confirm"
        >
          <input type="hidden" name="removalId" value={removal.id} />
          <TextField
            label="Reference"
            name="reference"
            required
            maxLength={500}
            hint="A ticket, an operation’s id, a link: where the source’s own word is found."
          />
          <TextArea label="Note (not required)" name="note" maxLength={2000} rows={2} />
        </FormDialog>
      ) : null}
    </div>
  );
}
