import type { ResourceDetail, ResourceSettings } from '#lib/resources/model';
import { PersonName } from '../person/person-name.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';
import { rolesText } from './session-fields.tsx';

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
          {resource.username ? <InertText text={resource.username} /> : 'nobody'}, {credentialWords(resource)}
        </Fact>
        <OnTheTarget settings={resource.settings} />
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

function credentialWords({ settings, hasCredential, hasTlsKey, tlsCertificate }: ResourceDetail): string {
  if (settings.login === 'entra') return 'by a token of Microsoft Entra';
  const certificate = tlsCertificate
    ? [hasTlsKey ? 'certificate, its key sealed' : 'certificate without its key']
    : [];
  return [hasCredential ? 'password sealed' : 'no password', ...certificate].join(', ');
}

function OnTheTarget({ settings }: { settings: ResourceSettings }) {
  const { roles = {}, connectionsMax, detect = [], functionCalls = [] } = settings;
  return (
    <>
      {Object.keys(roles).length > 0 ? (
        <Fact term="Agents’ roles">
          <InertText text={rolesText(roles).replaceAll('\n', ', ')} className="font-mono text-xs" />
        </Fact>
      ) : null}
      {connectionsMax === undefined ? null : (
        <Fact term="Limit">{plural(connectionsMax, 'session')} of one agent at a time</Fact>
      )}
      {functionCalls.length > 0 ? (
        <Fact term="Calls without SQL">
          <InertText text={functionCalls.join(', ')} className="font-mono text-xs" />
        </Fact>
      ) : null}
      {detect.length > 0 ? <Fact term="Searched for">{detect.join(', ')}</Fact> : null}
    </>
  );
}
