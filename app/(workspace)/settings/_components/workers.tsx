import { Server } from 'lucide-react';
import { LiveRefresh } from '#components/layout/live';
import { Refusal } from '#components/layout/refusal';
import { WorkerTable } from '#components/settings/worker-table';
import { EmptyState } from '#components/ui/empty-state';
import { listWorkers } from '#lib/sessions/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';

/** The gateway's processes: which run, which fell silent, what each holds. */
export async function Workers() {
  const found = await attempt(listWorkers(await requireContext()));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  return (
    <>
      {found.value.length === 0 ? (
        <EmptyState icon={<Server />} title="No gateway has started">
          A gateway says that it is here every few seconds. Without one no agent reaches anything.
        </EmptyState>
      ) : (
        <WorkerTable rows={found.value} />
      )}
      <LiveRefresh kinds={['session']} />
    </>
  );
}
