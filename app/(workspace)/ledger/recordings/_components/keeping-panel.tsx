import { Refusal } from '#components/layout/refusal';
import { Keeping } from '#components/recording/keeping';
import { TextLink } from '#components/ui/link';
import { SidePanel } from '#components/ui/side-panel';
import { recordingKeeping } from '#lib/retention/index';
import { attempt } from '../../../../_server/attempt.ts';
import { requireContext } from '../../../../_server/context.ts';
import { environment } from '../../../../_server/environment.ts';
import { hold, release, remove } from '../actions.ts';

export async function KeepingPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const found = await attempt(recordingKeeping(await requireContext(), id, environment().packDays));
  const keeping = found.ok ? found.value : null;
  return (
    <SidePanel
      title={keeping ? `${keeping.agent.name} on ${keeping.resource.name}` : 'Recording'}
      label="Recording"
      closeHref={closeHref}
      openedBy={id}
    >
      {found.ok ? null : <Refusal code={found.error.code} message={found.error.message} />}
      {keeping ? (
        <>
          <Keeping keeping={keeping} actions={{ hold, release, remove }} />
          <p className="text-sm">
            <TextLink href={`/sessions/${id}`}>The session</TextLink>
          </p>
        </>
      ) : null}
    </SidePanel>
  );
}
