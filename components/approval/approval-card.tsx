import { ArrowRight, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApprovalView } from '#lib/approvals/model';
import { Purpose } from '../purpose/purpose.tsx';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { SqlBlock } from '../statement/sql-text.tsx';
import { hasMasked } from '../statement/sql-tokens.ts';
import { Callout } from '../ui/callout.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount, plural } from '../ui/number.tsx';
import { Section } from '../ui/section.tsx';
import { Answers } from './answers.tsx';
import { MaskedStatement, type Reveal } from './masked-statement.tsx';
import { Notes } from './notes.tsx';
import { highRiskReasons } from './risk.ts';
import { Similar } from './similar.tsx';

/** Ten seconds to decide: what it does, who asks, why, the exact statement, what it would touch, the rule. */
export function ApprovalCard({ view, reveal }: { view: ApprovalView; reveal: Reveal }) {
  const risks = highRiskReasons(view.card, view.resource.environment);
  return (
    <div className="space-y-5">
      <div className="space-y-2">
        <p className="text-lg leading-6 font-semibold text-balance break-words">
          <InertText text={view.card.verdict} />
        </p>
        {risks.length > 0 ? (
          <Callout look="negative">
            <strong className="font-medium">High risk:</strong> {risks.join('; ')}. Read it whole before you
            answer.
          </Callout>
        ) : null}
      </div>
      <Facts>
        <Fact term="Agent">
          <Chain view={view} />
        </Fact>
        <Fact term="On">
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <TextLink href={`/resources?open=${view.resource.id}`}>{view.resource.name}</TextLink>
            <EnvironmentBadge environment={view.resource.environment} />
          </span>
        </Fact>
        <Fact term="Purpose">
          <Purpose purpose={view.purpose} />
        </Fact>
      </Facts>
      <Section title="Statement">
        <Statement view={view} reveal={reveal} />
        <Parameters view={view} />
      </Section>
      <WhatItTouches view={view} />
      <Section title="Why it was held">
        <p className="text-sm text-ink-soft">
          {view.card.rule.message ? (
            <InertText text={view.card.rule.message} />
          ) : (
            'A rule asks for an approval.'
          )}{' '}
          <code className="font-mono text-xs">{view.card.rule.id}</code>
        </p>
        <p className="text-xs text-ink-faint">
          {plural(view.quorum, 'approval')} of{' '}
          {view.groups.length > 0 ? view.groups.join(' and ') : 'any approver of the resource'};{' '}
          {view.approvals} given.
          {view.repeat ? ' It also counts for the same statement later in this session.' : ' It counts once.'}
        </p>
      </Section>
      <Notes view={view} />
      <Answers view={view} />
      <Similar similar={view.similar} />
      <Bound view={view} />
    </div>
  );
}

function Statement({ view, reveal }: { view: ApprovalView; reveal: Reveal }) {
  const masked =
    hasMasked(view.text) || view.parameters.some(({ value }) => value !== null && hasMasked(value));
  if (masked) return <MaskedStatement id={view.id} text={view.text} reveal={reveal} />;
  return <SqlBlock text={view.text} label="The statement, whole" />;
}

function Chain({ view }: { view: ApprovalView }) {
  return (
    <span className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
      <TextLink href={`/agents?open=${view.agent.id}`}>{view.agent.name}</TextLink>
      {view.involved.map(({ person, as }) => (
        <span key={`${person.id} ${as}`} className="inline-flex items-center gap-1.5 text-ink-soft">
          <ArrowRight aria-hidden="true" className="size-3 text-ink-faint" />
          {person.name} <span className="text-xs text-ink-faint">{as}</span>
        </span>
      ))}
    </span>
  );
}

function Parameters({ view }: { view: ApprovalView }) {
  if (view.parameters.length === 0) return null;
  return (
    <ol aria-label="Bound parameters" className="space-y-1">
      {view.parameters.map((parameter, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a parameter is its position.
        <li key={index} className="flex gap-2 font-mono text-xs">
          <span className="text-veiled">${index + 1}</span>
          {parameter.value === null ? (
            <span className="text-ink-faint">NULL</span>
          ) : (
            <InertText text={parameter.value} className="[overflow-wrap:anywhere]" />
          )}
        </li>
      ))}
    </ol>
  );
}

function WhatItTouches({ view }: { view: ApprovalView }) {
  const { card } = view;
  const lines: ReactNode[] = [];
  if (card.rowEstimate !== null) {
    const of = card.rowsTotal === null ? '' : ` of ${formatCount(card.rowsTotal)}`;
    lines.push(`The planner expects about ${formatCount(card.rowEstimate)}${of} rows.`);
  }
  if (card.estimateNote) lines.push(card.estimateNote);
  if (card.hasWhere === false && card.actions.includes('write')) lines.push('There is no WHERE.');
  if (card.functions.length > 0) lines.push(`Calls ${card.functions.join(', ')}.`);
  if (card.inTransaction) lines.push('It stands inside a transaction: its locks are held until that ends.');
  return (
    <Section title="What it touches">
      <ul className="space-y-1 text-sm text-ink-soft">
        {card.objects.length > 0 ? (
          <li>
            {card.actions.join(', ')} on{' '}
            <code className="font-mono text-xs text-ink">
              <InertText text={card.objects.join(', ')} />
            </code>
          </li>
        ) : null}
        {lines.map((line) => (
          <li key={String(line)}>
            <InertText text={String(line)} />
          </li>
        ))}
        {card.setsOff.map((line) => (
          <li key={line} className="flex items-start gap-1.5">
            <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0 text-pending" />
            <span>
              Sets off: <InertText text={line} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Bound({ view }: { view: ApprovalView }) {
  return (
    <Section title="What the answer is bound to">
      <Facts>
        <Fact term="Session">
          <TextLink href={`/sessions/${view.session.id}?at=${view.seq}`}>
            the moment in its recording
          </TextLink>
          <span className="text-ink-faint"> ({view.session.state})</span>
        </Fact>
        <Fact term="Token">
          <InertText text={`${view.session.subject} by ${view.session.issuer}`} />
        </Fact>
        <Fact term="Role">
          <code className="font-mono text-xs">
            <InertText text={view.databaseRole} />
          </code>
        </Fact>
        <Fact term="search_path">
          <code className="font-mono text-xs">
            <InertText text={view.searchPath} />
          </code>
        </Fact>
        <Fact term="Binding">
          <CopyText text={view.binding} shorten={10} label="binding digest" />
        </Fact>
      </Facts>
    </Section>
  );
}
