import { writeReport } from '#bench/report';
import { stepsOn } from '#bench/steps';
import { openDb } from '#lib/db/client';
import { type Backtest, backtestPolicies } from '#lib/policies/index';
import { openCluster } from '../cluster.ts';
import { fillRecorded } from './recorded.ts';

// A draft against 100,000 recorded statements of 2,000 kinds: goal some seconds.

const statements = 100_000;
const kinds = 2_000;

const drafts = {
  facts: '@id("no") forbid (principal, action == Action::"delete", resource);',
  context: `@id("hold-deletes") @approve("dba")
    permit (principal, action == Action::"delete", resource) when { context.row_estimate > 1000 };
    @id("night") forbid (principal, action == Action::"update", resource) when { context.hour == 3 };`,
};

const cluster = await openCluster('backtest', {});
try {
  const db = openDb(await cluster.fresh());
  const { steps, step } = stepsOn(cluster);
  const context = await step('fill', () => fillRecorded(db, statements, kinds));
  const note = ({ sentence, distinct, cutOff }: Backtest) =>
    `${sentence} Decided twice: ${distinct}. ${cutOff ?? ''}`;
  const against = (text: string) => () =>
    backtestPolicies(context, { files: [{ name: 'draft.cedar', text }], days: 7 });
  await step('a draft that reads facts only', against(drafts.facts), { wanted: 5, note });
  await step('a draft that reads time and rows too', against(drafts.context), { wanted: 15, note });
  await db.$disconnect();
  await writeReport({
    name: 'backtest',
    title: 'A draft of policies against recorded statements',
    command: 'npm run bench:backtest',
    notes: [`${statements.toLocaleString('en-US')} statements of ${kinds.toLocaleString('en-US')} kinds.`],
    table: steps,
  });
} finally {
  await cluster.close();
}
