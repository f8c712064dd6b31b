import { BellRing, Inbox, Plus } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { FormDialog } from '#components/settings/form-dialog';
import { MessageTable } from '#components/subscription/message-table';
import { NewSubscriptionFields } from '#components/subscription/subscription-fields';
import { SubscriptionList } from '#components/subscription/subscription-list';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { Section } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { listMessages, listSubscriptions, type SubscriptionRow } from '#lib/outbox/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import {
  addSubscription,
  changeSubscriptionOf,
  removeSubscription,
  sendAgain,
  switchSubscription,
  testSubscription,
} from '../notification-actions.ts';

const path = '/settings';
const states = [
  { value: 'waiting', label: 'waiting' },
  { value: 'delivered', label: 'delivered' },
  { value: 'dead', label: 'given up' },
] as const;

/** Who outside hears of events, and what became of each message. */
export async function Notifications({ params }: { params: SearchParams }) {
  const context = await requireContext();
  const found = await attempt(listSubscriptions(context));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const mayChange = may(context.actor, 'access.change');
  const actions = {
    change: changeSubscriptionOf,
    switchState: switchSubscription,
    test: testSubscription,
    end: removeSubscription,
  };
  return (
    <div className="space-y-5">
      {mayChange ? (
        <FormDialog
          trigger={
            <Button size="sm">
              <Plus aria-hidden="true" /> New subscription
            </Button>
          }
          title="New subscription"
          description="A webhook, a Teams channel or mailboxes that hear of events, at least once, with a line and a link."
          action={addSubscription}
          confirm="Add"
        >
          <NewSubscriptionFields />
        </FormDialog>
      ) : null}
      {found.value.length === 0 ? (
        <EmptyState icon={<BellRing />} title="Nobody outside hears of anything">
          Add a webhook, a Teams channel or a mailbox. Approvers hear of held statements there.
        </EmptyState>
      ) : (
        <SubscriptionList rows={found.value} actions={mayChange ? actions : null} />
      )}
      <Messages params={params} subscriptions={found.value} mayChange={mayChange} />
    </div>
  );
}

async function Messages({
  params,
  subscriptions,
  mayChange,
}: {
  params: SearchParams;
  subscriptions: readonly SubscriptionRow[];
  mayChange: boolean;
}) {
  const found = await attempt(
    listMessages(await requireContext(), {
      subscriptionId: oneParam(params, 'subscription'),
      state: states.find(({ value }) => value === oneParam(params, 'state'))?.value,
      cursor: oneParam(params, 'cursor'),
    }),
  );
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} retryHref={path} />;
  const { rows, next } = found.value;
  return (
    <Section title="Messages">
      <FilterBar
        path={path}
        params={params}
        filters={[
          {
            name: 'subscription',
            label: 'To',
            options: subscriptions.map(({ id, name }) => ({ value: id, label: name })),
          },
          { name: 'state', label: 'State', options: states },
        ]}
        count={plural(rows.length, 'message')}
      />
      {rows.length === 0 ? (
        <EmptyState icon={<Inbox />} title="No message">
          Messages are kept for seven days after they went out.
        </EmptyState>
      ) : (
        <MessageTable rows={rows} retry={mayChange ? sendAgain : null} />
      )}
      <Pagination
        previousHref={oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null }) : null}
        nextHref={next ? hrefWith(path, params, { cursor: next }) : null}
        text={plural(rows.length, 'message')}
      />
    </Section>
  );
}
