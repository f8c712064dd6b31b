'use client';

import { ArrowRight } from 'lucide-react';
import { signIn } from 'next-auth/react';
import { useState } from 'react';
import { Button } from '#components/ui/button';

export function SignInButton({ callbackUrl, again }: { callbackUrl: string; again: boolean }) {
  const [leaving, setLeaving] = useState(false);
  const go = async () => {
    setLeaving(true);
    await signIn('oidc', { callbackUrl }, again ? { prompt: 'login', max_age: '0' } : {});
  };
  return (
    <Button variant="primary" size="lg" className="w-full" disabled={leaving} onClick={go}>
      {leaving ? 'One moment…' : 'Continue'}
      {leaving ? null : <ArrowRight aria-hidden="true" />}
    </Button>
  );
}
