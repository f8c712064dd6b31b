'use client';

import { Eye } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Badge } from '../ui/badge.tsx';

/** A running session's recording is written and indexed about once a second. */
const everyMs = 2_000;

/** Reads a running session's page anew while somebody looks at it; statements do not send notices. */
export function WatchLive() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Badge tone="accent" icon={<Eye />}>
      watching: new statements appear by themselves
    </Badge>
  );
}
