import { Figure } from '#components/overview/figure';
import { formatCount } from '#components/ui/number';
import type { Overview } from '#lib/usage/index';

const share = (part: number, whole: number) => (whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`);

/** The numbers of the range; each opens the list behind it. */
export function Figures({ overview, range }: { overview: Overview; range: string }) {
  const { statements, grants, permissions } = overview;
  return (
    <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-3 lg:grid-cols-6">
      <Figure
        label="Waiting for an answer"
        value={formatCount(overview.pendingApprovals)}
        href="/approvals"
        tone={overview.pendingApprovals > 0 ? 'pending' : undefined}
      />
      <Figure
        label="Sessions now"
        value={formatCount(overview.liveSessions)}
        detail={`${formatCount(overview.sessions)} in this time`}
        href="/sessions?state=live"
      />
      <Figure
        label="Statements held"
        value={formatCount(statements.held)}
        detail={`of ${formatCount(statements.allowed + statements.held + statements.denied)}`}
        href={`/sessions/search?decision=hold&range=${range}`}
      />
      <Figure
        label="Statements denied"
        value={formatCount(statements.denied)}
        detail={`${formatCount(overview.maskedFields)} fields masked`}
        href={`/sessions/search?decision=deny&range=${range}`}
      />
      <Figure
        label="Stale grants"
        value={share(grants.stale, grants.active)}
        detail={`${formatCount(grants.stale)} of ${formatCount(grants.active)}`}
        href="/grants?view=stale"
        tone={grants.stale > 0 ? 'pending' : undefined}
      />
      <Figure
        label="Permissions unused"
        value={share(permissions.unused, permissions.total)}
        detail={`${formatCount(permissions.unused)} of ${formatCount(permissions.total)}`}
        href="/grants"
      />
    </div>
  );
}
