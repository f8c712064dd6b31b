import type { GrantDetail } from '#lib/grants/model';
import { PersonName } from '../person/person-name.tsx';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { Badge } from '../ui/badge.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { grantSentence } from './grant-sentence.ts';
import { GrantStateBadge } from './grant-state.tsx';

/** What it allows, by whom, why, until when, and whether anything speaks against it. */
export function GrantFacts({ grant }: { grant: GrantDetail }) {
  return (
    <>
      <p className="text-lg leading-6 font-semibold text-balance break-words">
        <InertText text={grantSentence(grant)} />.
      </p>
      {grant.source === 'countersign' ? null : <Elsewhere grant={grant} />}
      {grant.stale.length > 0 ? (
        <Callout look="pending" title="Stale">
          {grant.stale.map((reason) => reason.text).join('; ')}
        </Callout>
      ) : null}
      <Facts>
        <Fact term="State">
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <GrantStateBadge state={grant.state} />
            {grant.stateAt ? <RelativeTime at={grant.stateAt} /> : null}
            {grant.revokedBy ? (
              <span className="text-ink-soft">
                by <PersonName person={grant.revokedBy} />
              </span>
            ) : null}
          </span>
          {grant.stateReason ? (
            <span className="block text-ink-soft">
              “<InertText text={grant.stateReason} />”
            </span>
          ) : null}
        </Fact>
        <Fact term="Agent">
          <TextLink href={`/agents?open=${grant.agent.id}`}>{grant.agent.name}</TextLink>
          {grant.agent.state === 'active' ? null : (
            <Badge tone="pending" className="ml-1.5">
              {grant.agent.state}
            </Badge>
          )}
        </Fact>
        <Fact term="Owner">
          <PersonName person={grant.owner} />
        </Fact>
        <Fact term="Resource">
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <TextLink href={`/resources?open=${grant.resource.id}`}>{grant.resource.name}</TextLink>
            <EnvironmentBadge environment={grant.resource.environment} />
          </span>
        </Fact>
        <Fact term="Reason">
          <InertText text={grant.reason} />
        </Fact>
        <Fact term="Given by">
          {grant.createdBy ? <PersonName person={grant.createdBy} /> : givenBy(grant)},{' '}
          <RelativeTime at={grant.createdAt} />
        </Fact>
        {grant.requestId ? (
          <Fact term="Asked for in">
            <TextLink href={`/approvals/access?open=${grant.requestId}`}>the access request</TextLink>
          </Fact>
        ) : null}
        <Life grant={grant} />
      </Facts>
    </>
  );
}

function givenBy(grant: GrantDetail): string {
  return grant.source === 'countersign' ? `the ${grant.createdByKind}` : `${grant.source}, as it was read`;
}

/** What can't be done here, and where it can. */
function Elsewhere({ grant }: { grant: GrantDetail }) {
  return (
    <Callout title={`It stands in ${grant.source}`}>
      Revoke or change it there; the <TextLink href="/grants/imports">next reading</TextLink> shows here what
      came of it. It opens nothing at this gateway, and its use is not seen here.
      {grant.externalId ? (
        <span className="mt-1 block">
          <CopyText text={grant.externalId} label="what the source calls it" />
        </span>
      ) : null}
    </Callout>
  );
}

function Life({ grant }: { grant: GrantDetail }) {
  return (
    <>
      <Fact term="From">
        <RelativeTime at={grant.startsAt} />
      </Fact>
      <Fact term="Until">{grant.endsAt ? <RelativeTime at={grant.endsAt} /> : 'no end is set'}</Fact>
      <Fact term="Last used">
        {grant.lastUsedAt ? (
          <TextLink href={`/sessions/search?grant=${grant.id}`}>
            <RelativeTime at={grant.lastUsedAt} className="" />
          </TextLink>
        ) : grant.source === 'countersign' ? (
          'never'
        ) : (
          'not seen here'
        )}
      </Fact>
      {grant.replaces ? (
        <Fact term="In place of">
          <TextLink href={`/grants?open=${grant.replaces}`}>the grant before</TextLink>
        </Fact>
      ) : null}
      {grant.replacedBy.map((id) => (
        <Fact key={id} term="Replaced by">
          <TextLink href={`/grants?open=${id}`}>the grant after</TextLink>
        </Fact>
      ))}
      <Fact term="Id">
        <CopyText text={grant.id} />
      </Fact>
    </>
  );
}
