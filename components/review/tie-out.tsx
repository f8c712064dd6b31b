import { CircleCheck, CircleX } from 'lucide-react';
import type { TieOut } from '#lib/reviews/model';
import { TextLink } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';

/** Links to the first of a line's items; the queue filters the rest. */
const linkedMax = 5;

/** Two sums that must hold before anybody can sign, and what is missing. */
export function TieOutView({ campaignId, tieOut }: { campaignId: string; tieOut: TieOut }) {
  return (
    <div className="space-y-3">
      <dl className="grid gap-2 sm:grid-cols-2">
        <Sum
          holds={tieOut.population === tieOut.decided + tieOut.excepted}
          term="Population = decided + excepted"
          text={`${formatCount(tieOut.population)} = ${formatCount(tieOut.decided)} + ${formatCount(tieOut.excepted)}`}
        />
        <Sum
          holds={tieOut.denied === tieOut.removed + tieOut.removalsExcepted}
          term="Denied = removed + excepted"
          text={`${formatCount(tieOut.denied)} = ${formatCount(tieOut.removed)} + ${formatCount(tieOut.removalsExcepted)}`}
        />
      </dl>
      {tieOut.missing.length > 0 ? (
        <ul className="space-y-1 text-sm">
          {tieOut.missing.map((line) => (
            <li key={line.sentence} className="flex items-start gap-2">
              <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-pending" />
              <span>
                {line.sentence}{' '}
                {line.itemIds.slice(0, linkedMax).map((id, place) => (
                  <TextLink key={id} href={`/reviews/${campaignId}?open=${id}`} className="mr-1">
                    {place + 1}
                    <span className="sr-only">. of them: open it</span>
                  </TextLink>
                ))}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Sum({ holds, term, text }: { holds: boolean; term: string; text: string }) {
  const Icon = holds ? CircleCheck : CircleX;
  return (
    <div className="rounded-md border bg-surface px-3 py-2">
      <dt className="text-xs text-ink-faint">{term}</dt>
      <dd className="flex items-center gap-2 font-medium tabular">
        {text}
        <Icon aria-hidden="true" className={holds ? 'size-4 text-positive' : 'size-4 text-pending'} />
        <span className="text-xs font-normal text-ink-soft">{holds ? 'ties' : 'does not tie yet'}</span>
      </dd>
    </div>
  );
}
