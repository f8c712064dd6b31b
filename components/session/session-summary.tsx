import type { ReactNode } from 'react';
import type { SessionDetail } from '#lib/sessions/model';
import { PersonName } from '../person/person-name.tsx';
import { Purpose } from '../purpose/purpose.tsx';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatBytes, formatCount, plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Card } from '../ui/section.tsx';

/** Who, on what, when and why, each with where it can be checked. */
export function SessionSummary({ session }: { session: SessionDetail }) {
  return (
    <div className="@container">
      <div className="grid gap-3 @3xl:grid-cols-3">
        <Part title="Who">
          <Fact term="Agent">
            <TextLink href={`/agents?open=${session.agent.id}`}>{session.agent.name}</TextLink>
          </Fact>
          <Fact term="Owner">
            <PersonName person={session.owner} />
          </Fact>
          <Fact term="Subject">
            <InertText text={session.subject} className="[overflow-wrap:anywhere]" />
          </Fact>
          <Fact term="Issuer">
            <InertText text={session.issuer} className="[overflow-wrap:anywhere]" />
          </Fact>
          <Fact term="From">
            <InertText text={session.clientAddress} />
            {session.applicationName ? (
              <span className="text-ink-faint">
                {' '}
                as <InertText text={session.applicationName} />
              </span>
            ) : null}
          </Fact>
        </Part>
        <Part title="What and when">
          <Fact term="Resource">
            <span className="inline-flex flex-wrap items-center gap-1.5">
              <TextLink href={`/resources?open=${session.resource.id}`}>{session.resource.name}</TextLink>
              <EnvironmentBadge environment={session.resource.environment} />
            </span>
          </Fact>
          <Fact term="Began">
            <RelativeTime at={session.startedAt} className="" />
          </Fact>
          <Fact term={session.endedAt ? 'Ended' : 'Ends at latest'}>
            <RelativeTime at={session.endedAt ?? session.expiresAt} className="" />
            {session.endReason ? (
              <span className="text-ink-faint">
                {' '}
                (<InertText text={session.endReason} />)
              </span>
            ) : null}
          </Fact>
          <Fact term="Statements">
            {formatCount(session.allowed)} allowed, {formatCount(session.held)} held,{' '}
            {formatCount(session.denied)} denied
          </Fact>
          <Fact term="Out">
            {plural(session.rowsOut, 'row')}, {formatBytes(session.bytesOut)},{' '}
            {formatCount(session.maskedFields)} fields masked
          </Fact>
        </Part>
        <Why session={session} />
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <h2 className="mb-2 text-xs font-medium text-ink-faint">{title}</h2>
      <Facts>{children}</Facts>
    </Card>
  );
}

function RecordingFact({ session }: { session: SessionDetail }) {
  const { recording } = session;
  if (!recording) return <span className="text-ink-faint">not sealed yet</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      {recording.state}, {formatBytes(recording.bytes)}, {plural(recording.records, 'record')}
      <CopyText text={recording.digest} shorten={8} label="recording digest" />
    </span>
  );
}

function Why({ session }: { session: SessionDetail }) {
  return (
    <Part title="Why">
      <Fact term="Purpose">
        <Purpose purpose={session.purpose} />
      </Fact>
      {session.purpose ? <Fact term="Read from">{session.purpose.source}</Fact> : null}
      <Fact term="Grants">
        <ul className="space-y-1">
          {session.grants.map((grant) => (
            <li key={grant.id}>
              <TextLink href={`/grants?open=${grant.id}`}>
                {grant.actions.join(', ')} on {grant.scope.join(', ')}
              </TextLink>
            </li>
          ))}
        </ul>
      </Fact>
      <Fact term="Policies">
        <TextLink href={`/policies?version=${session.policyVersion}`}>
          version {session.policyVersion}
        </TextLink>
      </Fact>
      <Fact term="Recording">
        <RecordingFact session={session} />
      </Fact>
    </Part>
  );
}
