import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Connection } from '#components/layout/connection';
import { LiveProvider, LiveRefresh } from '#components/layout/live';
import { SandboxBanner } from '#components/layout/sandbox-banner';
import { Shell } from '#components/layout/shell';
import { UserMenu } from '#components/layout/user-menu';
import { ToastProvider } from '#components/ui/toast';
import { TooltipProvider } from '#components/ui/tooltip';
import { countPending } from '#lib/approvals/index';
import { nounsFor } from '../../components/layout/nouns.ts';
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
  const waiting = seesApprovals ? (await countPending(context)).pending : 0;
  const theme = themeOf((await cookies()).get(themeCookie)?.value);
  return (
    <TooltipProvider>
      <LiveProvider since={since}>
        <ToastProvider>
          <Shell
            nouns={nouns}
            waiting={waiting}
            banner={environment().sandbox ? <SandboxBanner /> : null}
            userMenu={
              <UserMenu name={actor.name} detail={actor.roles.join(', ') || 'reviewer'} theme={theme} />
            }
          >
            {children}
          </Shell>
          {seesApprovals ? <LiveRefresh kinds={['approval']} /> : null}
          <Connection />
        </ToastProvider>
      </LiveProvider>
    </TooltipProvider>
  );
}
