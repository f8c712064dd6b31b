import type { ResourceDetail } from '#lib/resources/model';
import { PersonName } from '../person/person-name.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';

/** Where it is, how the gateway connects, who answers for it. */
export function ResourceFacts({ resource }: { resource: ResourceDetail }) {
  return (
    <>
      {resource.tls === 'disable' && resource.environment === 'production' ? (
        <Callout look="pending">The gateway speaks to this production target without TLS.</Callout>
      ) : null}
      <Facts>
        <Fact term="Kind">
          <span className="inline-flex items-center gap-1.5">
            {resource.kind} <EnvironmentBadge environment={resource.environment} />
          </span>
        </Fact>
        <Fact term="Address">
          <InertText text={resource.address} className="font-mono text-xs [overflow-wrap:anywhere]" />
        </Fact>
        <Fact term="Connects as">
          {resource.username ? <InertText text={resource.username} /> : 'nobody'},{' '}
          {resource.hasCredential ? 'password sealed' : 'no password'}
        </Fact>
        <Fact term="TLS">{resource.tls}</Fact>
        <Fact term="Recording">
          {resource.durability === 'disk'
            ? 'synced to disk before each statement'
            : 'written before each statement'}
        </Fact>
        <Fact term="Technical owner">
          <PersonName person={resource.owner} />
        </Fact>
        <Fact term="Approvers">
          {resource.approverGroups.length > 0
            ? resource.approverGroups.map((group) => group.name).join(', ')
            : 'none are named'}
        </Fact>
        <Fact term="Grants">
          <TextLink href={`/grants?resource=${resource.id}`}>{plural(resource.grants, 'grant')}</TextLink> of{' '}
          {plural(resource.agents, 'agent')}
        </Fact>
        <Fact term="Sessions">
          <TextLink href={`/sessions?resource=${resource.id}`}>all sessions</TextLink>
          {resource.lastSessionAt ? (
            <>
              , the last <RelativeTime at={resource.lastSessionAt} className="" />
            </>
          ) : null}
        </Fact>
        <Fact term="Id">
          <CopyText text={resource.id} />
        </Fact>
      </Facts>
    </>
  );
}
