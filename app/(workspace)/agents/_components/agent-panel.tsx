import { CirclePause, CirclePlay, CircleSlash, Pencil } from 'lucide-react';
import { AgentFacts } from '#components/agent/agent-facts';
import { Reach } from '#components/agent/reach';
import { ReachPicture } from '#components/agent/reach-picture';
import { EndDialog } from '#components/cut/end-dialog';
import { Refusal } from '#components/layout/refusal';
import { Button } from '#components/ui/button';
import { Link } from '#components/ui/link';
import { Section } from '#components/ui/section';
import { SidePanel } from '#components/ui/side-panel';
import { type AgentDetail, agentReach, getAgent } from '#lib/agents/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { end, resume, suspend } from '../actions.ts';

export async function AgentPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const context = await requireContext();
  const [agent, reach] = await Promise.all([
    attempt(getAgent(context, id)),
    attempt(agentReach(context, id)),
  ]);
  if (!agent.ok) {
    return (
      <SidePanel title="Agent" label="Agent" closeHref={closeHref} openedBy={id}>
        <Refusal code={agent.error.code} message={agent.error.message} />
      </SidePanel>
    );
  }
  return (
    <SidePanel
      title={agent.value.name}
      label={`Agent ${agent.value.name}`}
      closeHref={closeHref}
      openedBy={id}
      actions={<Actions agent={agent.value} />}
    >
      <AgentFacts agent={agent.value} />
      <Section title="What it reaches">
        {reach.ok ? (
          <div className="space-y-4">
            <ReachPicture agent={agent.value.name} reach={reach.value} />
            <Reach agent={agent.value.name} reach={reach.value} />
          </div>
        ) : (
          <p className="text-sm text-ink-soft">{reach.error.message}</p>
        )}
      </Section>
    </SidePanel>
  );
}

function Actions({ agent }: { agent: AgentDetail }) {
  const fields = { agentId: agent.id };
  const live = `Ends ${agent.liveSessions} live ${agent.liveSessions === 1 ? 'session' : 'sessions'} within a second.`;
  return (
    <span className="flex gap-1.5">
      {agent.may.change && agent.state !== 'ended' ? (
        <Button asChild size="sm">
          <Link href={`/agents/${agent.id}/edit`}>
            <Pencil aria-hidden="true" /> Edit
          </Link>
        </Button>
      ) : null}
      {agent.may.suspend && agent.state === 'active' ? (
        <EndDialog
          trigger={
            <Button size="sm" variant="danger-quiet">
              <CirclePause aria-hidden="true" /> Suspend…
            </Button>
          }
          title={`Suspend ${agent.name}`}
          effect={`${live} No new session opens until it is resumed. Its grants stay.`}
          confirm="Suspend"
          action={suspend}
          fields={fields}
        />
      ) : null}
      {agent.may.suspend && agent.state === 'suspended' ? (
        <EndDialog
          trigger={
            <Button size="sm">
              <CirclePlay aria-hidden="true" /> Resume…
            </Button>
          }
          title={`Resume ${agent.name}`}
          effect="It may open sessions again, under the grants it has."
          confirm="Resume"
          action={resume}
          fields={fields}
        />
      ) : null}
      {agent.may.change && agent.state !== 'ended' ? (
        <EndDialog
          trigger={
            <Button size="sm" variant="ghost">
              <CircleSlash aria-hidden="true" /> End…
            </Button>
          }
          title={`End ${agent.name} for good`}
          effect={`${live} Its ${agent.grants} grants end with it. This can’t be taken back.`}
          confirm="End agent"
          action={end}
          fields={fields}
        />
      ) : null}
    </span>
  );
}
