import type { AccessRequestRow } from '#lib/access-requests/model';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';
import { spanText } from './span.ts';
import { AccessStateBadge } from './state.tsx';

/** What is asked for, for whom, why and for how long; what became of it. */
export function AccessCard({ row }: { row: AccessRequestRow }) {
  return (
    <div className="space-y-5">
      <p className="text-lg leading-6 font-semibold text-balance break-words">
        {row.agent.name} asks to {row.actions.join(', ')} on {row.resource.name} for{' '}
        {spanText(row.durationSeconds)}
      </p>
      <Facts>
        <Fact term="State">
          <AccessStateBadge state={row.state} />
        </Fact>
        <Fact term="Agent">
          <TextLink href={`/agents?open=${row.agent.id}`}>{row.agent.name}</TextLink>
        </Fact>
        <Fact term="On">
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <TextLink href={`/resources?open=${row.resource.id}`}>{row.resource.name}</TextLink>
            <EnvironmentBadge environment={row.resource.environment} />
          </span>
        </Fact>
        <Fact term="Scope">
          <code className="font-mono text-xs">
            <InertText text={row.scope.join(', ')} className="[overflow-wrap:anywhere]" />
          </code>
        </Fact>
        <Fact term="Asked by">
          {row.requestedBy?.name ?? 'the agent itself'} <RelativeTime at={row.createdAt} />
        </Fact>
        {row.state === 'pending' ? (
          <Fact term="Open until">
            <RelativeTime at={row.expiresAt} className="" />
          </Fact>
        ) : null}
      </Facts>
      <Section title="Reason">
        <p className="text-sm text-ink-soft">
          <InertText text={row.reason} />
        </p>
      </Section>
      {row.decidedAt ? (
        <Section title="Answer">
          <p className="text-sm">
            <strong className="font-medium">{row.decidedBy?.name ?? 'Somebody'}</strong> {row.state} it{' '}
            <RelativeTime at={row.decidedAt} />
            {row.decisionReason ? (
              <span className="block text-ink-soft">
                “<InertText text={row.decisionReason} />”
              </span>
            ) : null}
          </p>
          {row.grantId ? (
            <TextLink href={`/grants?open=${row.grantId}`}>The grant that came of it</TextLink>
          ) : null}
        </Section>
      ) : null}
    </div>
  );
}
