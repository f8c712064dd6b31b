import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Connection } from '#components/layout/connection';
import { LiveProvider, LiveRefresh } from '#components/layout/live';
import { SandboxBanner } from '#components/layout/sandbox-banner';
import { Shell } from '#components/layout/shell';
import { UserMenu } from '#components/layout/user-menu';
import { ToastProvider } from '#components/ui/toast';
import { TooltipProvider } from '#components/ui/tooltip';
import { countAccessRequests } from '#lib/access-requests/index';
import { countPending } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { countProposals } from '#lib/proposals/index';
import { furtherPagesFor, nounsFor } from '../../components/layout/nouns.ts';
import { themeCookie, themeOf } from '../../components/layout/theme.ts';
import { requireContext } from '../_server/context.ts';
import { environment } from '../_server/environment.ts';

export default async function WorkspaceLayout({ children }: { children: ReactNode }) {
  // Before anything is read: what changes from here on may be missing on the page.
  const since = Date.now();
  const context = await requireContext();
  const { actor } = context;
  const nouns = nounsFor(actor);
  const seesApprovals = nouns.some(({ key }) => key === 'approvals');
  const waiting = { approvals: await countAnswers(context), settings: await countProposals(context) };
  const theme = themeOf((await cookies()).get(themeCookie)?.value);
  return (
    <TooltipProvider>
      <LiveProvider since={since}>
        <ToastProvider>
          <Shell
            nouns={nouns}
            further={furtherPagesFor(actor)}
            waiting={waiting}
            banner={environment().sandbox ? <SandboxBanner /> : null}
            userMenu={
              <UserMenu name={actor.name} detail={actor.roles.join(', ') || 'reviewer'} theme={theme} />
            }
          >
            {children}
          </Shell>
          {seesApprovals ? <LiveRefresh kinds={['approval', 'access-request', 'proposal']} /> : null}
          <Connection />
        </ToastProvider>
      </LiveProvider>
    </TooltipProvider>
  );
}

/** Held statements and requests for access: the inbox has both. */
async function countAnswers(context: Context): Promise<number> {
  if (relationsFor(context.actor, 'approval.list').size === 0) return 0;
  const [{ pending }, access] = await Promise.all([countPending(context), countAccessRequests(context)]);
  return pending + access;
}
