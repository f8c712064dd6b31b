import { FlaskConical } from 'lucide-react';

/** Said loudly on every page in sandbox mode. */
export function SandboxBanner() {
  return (
    <div className="z-20 flex min-h-8 md:sticky md:top-0 md:h-8 items-center justify-center gap-2 bg-pending-wash px-4 py-1 text-center text-xs text-pending">
      <FlaskConical aria-hidden="true" className="size-3.5 shrink-0" />
      <p>
        <strong className="font-semibold">Sandbox.</strong> Local database, local sign-in, invented people and
        data. Nothing here protects anything real.
      </p>
    </div>
  );
}
