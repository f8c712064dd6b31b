import type { AgentDetail } from '#lib/agents/model';
import { PersonName } from '../person/person-name.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { AgentStateBadge } from './agent-state.tsx';

/** Who answers for it, how its tokens are recognised, and how it lives. */
export function AgentFacts({ agent }: { agent: AgentDetail }) {
  return (
    <>
      {agent.orphanedAt ? (
        <Callout look="pending" title="Orphaned">
          What it builds is gone since <RelativeTime at={agent.orphanedAt} className="" />.
        </Callout>
      ) : null}
      <Facts>
        <Fact term="State">
          <span className="inline-flex items-center gap-1.5">
            <AgentStateBadge state={agent.state} />
            {agent.suspendedAt ? <RelativeTime at={agent.suspendedAt} /> : null}
          </span>
          {agent.stateReason ? (
            <span className="block text-ink-soft">
              “<InertText text={agent.stateReason} />”
            </span>
          ) : null}
        </Fact>
        <Fact term="Owner">
          <PersonName person={agent.owner} />
        </Fact>
        {agent.sponsor ? (
          <Fact term="Sponsor">
            <PersonName person={agent.sponsor} />
          </Fact>
        ) : null}
        <Fact term="Issuer">
          {agent.issuer.name}{' '}
          <span className="text-ink-faint">
            (<InertText text={agent.issuerUrl} />, audience <InertText text={agent.audience} />)
          </span>
        </Fact>
        <Fact term="Token must say">
          <ul className="font-mono text-xs">
            {Object.entries(agent.matchClaims).map(([name, value]) => (
              <li key={name} className="[overflow-wrap:anywhere]">
                <InertText text={`${name} = ${value}`} />
              </li>
            ))}
          </ul>
        </Fact>
        {agent.groups.length > 0 ? <Fact term="Groups">{agent.groups.join(', ')}</Fact> : null}
        {agent.repository ? (
          <Fact term="Repository">
            <InertText text={agent.repository} />
          </Fact>
        ) : null}
        {agent.pipeline ? (
          <Fact term="Pipeline">
            <InertText text={agent.pipeline} />
          </Fact>
        ) : null}
        <Fact term="Last run">
          {agent.lastSessionAt ? <RelativeTime at={agent.lastSessionAt} /> : 'never connected'}
        </Fact>
        <Elsewhere agent={agent} />
      </Facts>
    </>
  );
}

function Elsewhere({ agent }: { agent: AgentDetail }) {
  return (
    <>
      {agent.openFindings > 0 ? (
        <Fact term="Findings">
          <TextLink href={`/findings?agent=${agent.id}`}>
            {plural(agent.openFindings, 'open finding')}
          </TextLink>
        </Fact>
      ) : null}
      <Fact term="Grants">
        <TextLink href={`/grants?agent=${agent.id}`}>{plural(agent.grants, 'grant')}</TextLink>
      </Fact>
      <Fact term="Sessions">
        <TextLink href={`/sessions?agent=${agent.id}`}>all sessions</TextLink>
        {agent.liveSessions > 0 ? (
          <>
            {', '}
            <TextLink href={`/sessions?agent=${agent.id}&state=live`}>{agent.liveSessions} live</TextLink>
          </>
        ) : null}
      </Fact>
      <Fact term="Id">
        <CopyText text={agent.id} />
      </Fact>
    </>
  );
}
