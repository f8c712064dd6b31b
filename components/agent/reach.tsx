import { Database } from 'lucide-react';
import type { AgentReach } from '#lib/agents/model';
import { EnvironmentBadge } from '../resource/environment-badge.tsx';
import { classNames } from '../ui/class-names.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';

const objectsShownMax = 60;

/** What the agent reaches: each object with its actions; a filled chip was used, an open one never was. */
export function Reach({ agent, reach }: { agent: string; reach: AgentReach }) {
  if (reach.resources.length === 0) return <p className="text-sm text-ink-soft">It reaches nothing.</p>;
  return (
    <ul aria-label={`What ${agent} reaches`} className="space-y-4">
      {reach.resources.map((resource) => (
        <li key={resource.id} className="space-y-1.5">
          <p className="flex items-center gap-2 text-sm font-medium">
            <Database aria-hidden="true" className="size-3.5 text-ink-faint" />
            <TextLink href={`/resources?open=${resource.id}`}>{resource.name}</TextLink>
            <EnvironmentBadge environment={resource.environment} />
          </p>
          <ul className="ml-1.5 space-y-1 border-l pl-4">
            {resource.objects.slice(0, objectsShownMax).map((object) => (
              <li key={object.object} className="flex flex-wrap items-center gap-1.5">
                <code className="min-w-40 font-mono text-xs">
                  <InertText text={object.object} />
                </code>
                {object.actions.map((action) => (
                  <span
                    key={action.action}
                    className={classNames(
                      'inline-flex h-5 items-center rounded px-1.5 text-xs tabular',
                      action.uses > 0
                        ? 'bg-positive-wash text-positive'
                        : 'border border-dashed border-line-strong text-ink-faint',
                    )}
                  >
                    {action.action} {action.uses > 0 ? formatCount(action.uses) : 'unused'}
                  </span>
                ))}
              </li>
            ))}
            {resource.objects.length > objectsShownMax ? (
              <li className="text-xs text-ink-faint">
                and {formatCount(resource.objects.length - objectsShownMax)} objects more
              </li>
            ) : null}
          </ul>
        </li>
      ))}
    </ul>
  );
}
