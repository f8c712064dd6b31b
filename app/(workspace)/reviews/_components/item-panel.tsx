import { Refusal } from '#components/layout/refusal';
import { DecideForm } from '#components/review/decide-form';
import { DelegateDialog } from '#components/review/delegate-dialog';
import { Evidence } from '#components/review/evidence';
import { ExceptionDialog } from '#components/review/exception-dialog';
import { ItemFacts } from '#components/review/item-facts';
import { Callout } from '#components/ui/callout';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { SidePanel } from '#components/ui/side-panel';
import type { Actor } from '#lib/auth/actor';
import { may } from '#lib/auth/require-permission';
import { getItem, type ItemView, listDelegates } from '#lib/reviews/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { decide, delegate, except, propose } from '../actions.ts';

export async function ItemPanel({
  id,
  closeHref,
  openBase,
}: {
  id: string;
  closeHref: string;
  /** The queue's address, to which an item's id is appended. */
  openBase: string;
}) {
  const context = await requireContext();
  const found = await attempt(getItem(context, id));
  if (!found.ok) {
    return (
      <SidePanel title="Item" label="Item" closeHref={closeHref} openedBy={id}>
        <Refusal code={found.error.code} message={found.error.message} />
      </SidePanel>
    );
  }
  const item = found.value;
  const delegates = item.mayDecide ? await listDelegates(context, id).catch(() => []) : [];
  return (
    <SidePanel
      title={`${item.agent.name} on ${item.resource.name}`}
      label={`Item ${item.position}`}
      closeHref={closeHref}
      openedBy={id}
      actions={
        <>
          {mayExcept(item, context.actor) ? (
            <ExceptionDialog
              campaignId={item.campaign.id}
              subject={{ itemId: item.id }}
              sentence={item.sentence}
              action={except}
            />
          ) : null}
          {item.mayDecide ? (
            <DelegateDialog
              itemId={item.id}
              people={delegates.map((one) => ({ value: one.id, label: one.name }))}
              delegate={delegate}
            />
          ) : null}
        </>
      }
      footer={
        <Answer item={item} nextHref={item.nextToDecideId ? openBase + item.nextToDecideId : closeHref} />
      }
    >
      <ItemFacts item={item} />
      {item.sameEvidence > 1 ? (
        <p className="text-sm">
          <TextLink href={`/reviews/${item.campaign.id}?group=${item.evidenceGroup}`}>
            {plural(item.sameEvidence, 'item')} with the same evidence
          </TextLink>
        </p>
      ) : null}
      <Evidence item={item} />
    </SidePanel>
  );
}

/** What nobody could decide, or could not be taken away: by who runs reviews, or the second reviewer. */
function mayExcept(item: ItemView, actor: Actor): boolean {
  if (item.campaign.state !== 'open') return false;
  if (may(actor, 'campaign.run')) return true;
  return item.reviewers.some(
    (one) => actor.kind === 'person' && one.person.id === actor.id && one.duty === 'security' && !one.ended,
  );
}

function Answer({ item, nextHref }: { item: ItemView; nextHref: string }) {
  if (item.campaign.state !== 'open') return null;
  if (!item.mayDecide) {
    return (
      <Callout title="You can’t decide this one">
        <p>{item.blockedBecause ?? 'It is not assigned to you.'}</p>
      </Callout>
    );
  }
  return (
    <DecideForm
      key={item.id}
      itemId={item.id}
      reasonNeeded={item.reasonNeeded}
      nextHref={nextHref}
      decide={decide}
      propose={propose}
    />
  );
}
