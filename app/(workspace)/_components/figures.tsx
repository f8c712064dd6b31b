import { Figure } from '#components/overview/figure';
import { formatCount } from '#components/ui/number';
import type { Overview } from '#lib/usage/index';
import { hrefWith } from '../../../components/ui/search-params.ts';

const share = (part: number, whole: number) => (whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`);

/** What of the overview's address the lists behind the numbers take over. */
export interface Scope {
  readonly agent: string | undefined;
  readonly resource: string | undefined;
  readonly range: string;
}

/** The numbers of the range; each opens the list behind it. */
export function Figures({ overview, scope }: { overview: Overview; scope: Scope }) {
  const { statements, grants, permissions } = overview;
  const { agent = null, resource = null, range } = scope;
  const of = { agent, resource };
  return (
    <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-4">
      <Figure
        label="Waiting for an answer"
        value={formatCount(overview.pendingApprovals)}
        href={hrefWith('/approvals', {}, of)}
        tone={overview.pendingApprovals > 0 ? 'pending' : undefined}
      />
      <Figure
        label="Sessions now"
        value={formatCount(overview.liveSessions)}
        detail={`${formatCount(overview.sessions)} in this time`}
        href={hrefWith('/sessions', {}, { ...of, state: 'live' })}
      />
      <Figure
        label="Statements held"
        value={formatCount(statements.held)}
        detail={`of ${formatCount(statements.allowed + statements.held + statements.denied)}`}
        href={hrefWith('/sessions/search', {}, { ...of, decision: 'hold', range })}
      />
      <Figure
        label="Statements denied"
        value={formatCount(statements.denied)}
        detail={`of ${formatCount(statements.allowed + statements.held + statements.denied)}`}
        href={hrefWith('/sessions/search', {}, { ...of, decision: 'deny', range })}
      />
      <Figure
        label="Fields masked"
        value={formatCount(overview.maskedFields)}
        detail="hidden from agents"
        href={hrefWith('/sessions', {}, { ...of, masked: 'yes', range })}
      />
      <Figure
        label="Stale grants"
        value={share(grants.stale, grants.active)}
        detail={`${formatCount(grants.stale)} of ${formatCount(grants.active)}`}
        href={hrefWith('/grants', {}, { ...of, view: 'stale' })}
        tone={grants.stale > 0 ? 'pending' : undefined}
      />
      <Figure
        label="Permissions unused"
        value={share(permissions.unused, permissions.total)}
        detail={`${formatCount(permissions.unused)} of ${formatCount(permissions.total)}`}
        href={hrefWith('/grants/unused', {}, { ...of, range })}
      />
      <Figure
        label="Findings"
        value={formatCount(overview.openFindings)}
        detail="need a person"
        href={hrefWith('/findings', {}, of)}
        tone={overview.openFindings > 0 ? 'pending' : undefined}
      />
    </div>
  );
}
