import { Keeping } from '#components/recording/keeping';
import { Card } from '#components/ui/section';
import { recordingKeeping } from '#lib/retention/index';
import { attempt } from '../../../../_server/attempt.ts';
import type { PersonContext } from '../../../../_server/context.ts';
import { environment } from '../../../../_server/environment.ts';
import { hold, release, remove } from '../../../ledger/recordings/actions.ts';

/** For who may hold or delete: what keeps this session's recording. */
export async function RecordingKept({ context, sessionId }: { context: PersonContext; sessionId: string }) {
  const found = await attempt(recordingKeeping(context, sessionId, environment().packDays));
  if (!found.ok || found.value === null) return null;
  return (
    <Card>
      <section aria-label="Keeping the recording">
        <h2 className="mb-2 text-xs font-medium text-ink-faint">Keeping the recording</h2>
        <Keeping keeping={found.value} actions={{ hold, release, remove }} />
      </section>
    </Card>
  );
}
