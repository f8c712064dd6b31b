import type { Metadata } from 'next';
import { Button } from '#components/ui/button';
import { Link } from '#components/ui/link';
import { Frame } from '../_components/frame.tsx';

export const metadata: Metadata = { title: 'Not let in' };

export default function RefusedPage() {
  return (
    <Frame title="You are not let in">
      <p className="text-sm text-ink-soft text-pretty">
        Your sign-in was good, but nobody by this account is known here. Ask an admin to add your e-mail
        address; the attempt stands in the ledger.
      </p>
      <Button asChild size="lg" className="w-full">
        <Link href="/sign-in">Sign in as somebody else</Link>
      </Button>
    </Frame>
  );
}
