import type { ReactNode } from 'react';
import type { IntentRecord } from '#lib/recording/model';
import type { StatementEntry } from '#lib/sessions/model';
import { DecisionBadge, MaskedBadge, OutcomeBadge } from '../decision/decision-badge.tsx';
import { Exchange } from '../exchange/exchange.tsx';
import { SqlBlock } from '../statement/sql-text.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatBytes, formatCount, formatMicros, plural } from '../ui/number.tsx';
import { Section } from '../ui/section.tsx';
import { EstimatePart } from './estimate-part.tsx';
import type { Moment } from './moment.ts';
import { ResultTable } from './result-table.tsx';

/** One statement as the recording has it: text, decision, outcome, result, notices, approval. */
export function MomentView({ moment, terminal }: { moment: Moment; terminal?: ReactNode }) {
  const { intent, outcome } = moment;
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        <DecisionBadge decision={intent.decision.outcome} />
        {outcome ? <OutcomeBadge outcome={outcome.status} /> : <OutcomeBadge outcome="unknown" />}
        {outcome ? <MaskedBadge fields={outcome.maskedFields} /> : null}
      </div>
      {moment.request ? (
        <Exchange request={moment.request} response={moment.response} />
      ) : (
        <StatementPart intent={intent} />
      )}
      {moment.drew ? terminal : null}
      <DecisionPart moment={moment} />
      {outcome?.error ? (
        <Callout look="negative" title={`Error ${outcome.error.code}`}>
          <InertText text={outcome.error.message} />
        </Callout>
      ) : null}
      {moment.columns.length > 0 ? (
        <Section title="Result, as the agent saw it">
          <ResultTable moment={moment} />
        </Section>
      ) : null}
      {moment.notices.length > 0 ? (
        <Section title="Notices">
          <ul className="space-y-1 text-sm">
            {moment.notices.map((notice, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: notices have no key but their place.
              <li key={index} className="text-ink-soft">
                <span className="text-ink-faint">
                  {notice.from}, {notice.severity.toLowerCase()}:
                </span>{' '}
                <InertText text={notice.message} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {outcome ? (
        <Facts>
          <Fact term="Rows">{formatCount(outcome.rows)}</Fact>
          <Fact term="Sent">{formatBytes(outcome.bytes)}</Fact>
          <Fact term="Took">{formatMicros(outcome.durationUs)}</Fact>
          <Fact term="Digest">
            <CopyText text={outcome.bytesDigest} shorten={10} label="digest of the bytes sent" />
          </Fact>
        </Facts>
      ) : null}
    </>
  );
}

function StatementPart({ intent }: { intent: IntentRecord }) {
  return (
    <Section title="Statement, as the agent sent it">
      <SqlBlock text={intent.text} label="Statement" />
      {intent.parameters?.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a parameter is its position.
        <p key={index} className="flex gap-2 font-mono text-xs">
          <span className="text-veiled">${index + 1}</span>
          {value === null ? <span className="text-ink-faint">NULL</span> : <InertText text={value} />}
        </p>
      ))}
    </Section>
  );
}

function DecisionPart({ moment }: { moment: Moment }) {
  const { decision, objects, actions } = moment.intent;
  return (
    <Section title="Decision">
      {decision.message ? (
        <p className="text-sm text-ink-soft">
          <InertText text={decision.message} />
        </p>
      ) : null}
      <Facts>
        <Fact term="Does">
          {actions.join(', ') || 'nothing that policy names'}
          {objects.length > 0 ? (
            <>
              {' on '}
              <code className="font-mono text-xs">
                <InertText text={objects.join(', ')} />
              </code>
            </>
          ) : null}
        </Fact>
        {decision.policies.length > 0 ? (
          <Fact term="Led to by">
            {decision.policies.map((policy) => (
              <code key={`${policy.kind} ${policy.id}`} className="mr-2 font-mono text-xs">
                {policy.id}
              </code>
            ))}
          </Fact>
        ) : null}
      </Facts>
      {moment.approvals.map((approval, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an approval's records are its steps.
        <p key={index} className="text-sm text-ink-soft">
          {approval.ticket} {approval.state}
          {approval.by ? ` by ${approval.by}` : ''}
          {approval.reason ? (
            <>
              : “<InertText text={approval.reason} />”
            </>
          ) : null}
        </p>
      ))}
      {moment.approvals.map(({ estimate }, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        estimate ? <EstimatePart key={index} estimate={estimate} /> : null,
      )}
    </Section>
  );
}

/** What the index alone can say, where the recording may not be opened or is gone. */
export function IndexedStatement({ entry }: { entry: StatementEntry }) {
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        <DecisionBadge decision={entry.decision} />
        <OutcomeBadge outcome={entry.outcome} />
        <MaskedBadge fields={entry.maskedFields} />
      </div>
      <SqlBlock text={entry.text} label="Statement as indexed" />
      {entry.error ? (
        <Callout look="negative" title={`Error ${entry.error.code}`}>
          <InertText text={entry.error.message} />
        </Callout>
      ) : null}
      <Facts>
        <Fact term="Does">
          {entry.actions.join(', ')} <InertText text={entry.objects.join(', ')} />
        </Fact>
        <Fact term="Led to by">{entry.policies.join(', ')}</Fact>
        {entry.rows === null ? null : <Fact term="Rows">{plural(entry.rows, 'row')}</Fact>}
        {entry.ticket ? (
          <Fact term="Approval">
            <TextLink href="/approvals?tab=decided">{entry.ticket}</TextLink>
          </Fact>
        ) : null}
      </Facts>
    </>
  );
}
