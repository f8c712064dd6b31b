import { SidePanel } from './side-panel.tsx';
import { Skeleton } from './skeleton.tsx';

/** Stands where a panel will, while it is read. */
export function PanelSkeleton({ closeHref, openedBy }: { closeHref: string; openedBy: string }) {
  return (
    <SidePanel title="…" label="Loading" closeHref={closeHref} openedBy={openedBy}>
      <div role="status" aria-label="Loading" className="space-y-3">
        <Skeleton className="h-6 w-4/5" />
        <Skeleton className="w-2/3" />
        <Skeleton className="w-1/2" />
        <Skeleton className="h-40 w-full" />
        <Skeleton className="w-3/4" />
      </div>
    </SidePanel>
  );
}
