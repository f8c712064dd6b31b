import { ArrowRight } from 'lucide-react';
import type { Backtest, DecisionChange } from '#lib/policies/backtest/model';
import { DecisionBadge } from '../decision/decision-badge.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';

/** What a draft would have decided otherwise, grouped, each with where it was seen. */
export function BacktestResult({ found }: { found: Backtest }) {
  return (
    <div className="space-y-2 text-sm">
      <p className="font-medium">{found.sentence}</p>
      {found.cutOff ? <p className="text-pending">{found.cutOff}</p> : null}
      {found.decidedOtherwise > 0 ? (
        <p className="text-ink-faint">
          {formatCount(found.decidedOtherwise)} were decided otherwise when they ran than
          {found.against === null ? ' grants alone decide' : ` version ${found.against} decides`} them now:
          policies, groups, masks or freezes have changed since.
        </p>
      ) : null}
      {found.changes.length > 0 ? (
        <ul aria-label="Changed decisions" className="divide-y overflow-hidden rounded-md border">
          {found.changes.map((change) => (
            <Change key={keyOf(change)} change={change} />
          ))}
        </ul>
      ) : null}
      {found.unlisted > 0 ? (
        <p className="text-ink-faint">{formatCount(found.unlisted)} more, less frequent.</p>
      ) : null}
    </div>
  );
}

function Change({ change }: { change: DecisionChange }) {
  const { from, to, policy, agent, resource, shape, count, text, message, seen } = change;
  return (
    <li className="space-y-1 px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <DecisionBadge decision={from} />
        <ArrowRight role="img" aria-label="then" className="size-3.5 text-ink-faint" />
        <DecisionBadge decision={to} />
        <code className="font-mono text-xs font-semibold [overflow-wrap:anywhere]">
          <InertText text={shape} />
        </code>
        <span className="text-ink-soft">
          by <TextLink href={`/agents?open=${agent.id}`}>{agent.name}</TextLink> on{' '}
          <TextLink href={`/resources?open=${resource.id}`}>{resource.name}</TextLink>
        </span>
        {policy ? (
          <span className="text-ink-soft">
            {from === 'allow' || to !== 'allow' ? 'because of' : 'no longer stopped by'}{' '}
            <code className="font-mono text-xs">
              <InertText text={policy.id} />
            </code>
          </span>
        ) : null}
        <span className="ml-auto font-medium tabular">
          {formatCount(count)} {count === 1 ? 'statement' : 'statements'}
        </span>
      </div>
      <p className="line-clamp-2 font-mono text-xs text-ink-soft [overflow-wrap:anywhere]">
        <InertText text={text} />
      </p>
      <p className="flex flex-wrap gap-x-3 text-xs text-ink-faint">
        {message ? <InertText text={message} /> : null}
        {seen.map((one) => (
          <TextLink key={`${one.sessionId} ${one.seq}`} href={`/sessions/${one.sessionId}?at=${one.seq}`}>
            {one.at.slice(0, 16).replace('T', ' ')} UTC
          </TextLink>
        ))}
      </p>
    </li>
  );
}

function keyOf({ from, to, policy, agent, resource, shape }: DecisionChange): string {
  return [from, to, policy?.id, agent.id, resource.id, shape].join(' ');
}
