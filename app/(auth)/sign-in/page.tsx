import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Callout } from '#components/ui/callout';
import { oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { currentActor } from '../../_server/context.ts';
import { environment } from '../../_server/environment.ts';
import { safePath } from '../../_server/safe-path.ts';
import { Frame } from './_components/frame.tsx';
import { SignInButton } from './_components/sign-in-button.tsx';

export const metadata: Metadata = { title: 'Sign in' };

const reasons: Readonly<Record<string, string>> = {
  OAuthSignin: 'The sign-in service does not answer. Try again in a moment.',
  OAuthCallback: 'The sign-in was interrupted, or its answer did not check. Try again.',
  SessionRequired: 'Your session has ended. Sign in again.',
};

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const { url, sandbox } = environment();
  const target = safePath(oneParam(params, 'callbackUrl'), url);
  const again = oneParam(params, 'again') === '1';
  if (!again && (await currentActor())) redirect(target);
  const error = oneParam(params, 'error');
  return (
    <Frame title={again ? 'Sign in again' : 'Sign in to Countersign'}>
      <p className="text-sm text-ink-soft text-pretty">
        {again
          ? 'What you are about to do asks for a fresh proof of who you are.'
          : 'Who touched what, when and why: decided before it ran, recorded, and reviewed.'}
      </p>
      {error ? (
        <Callout look="negative" role="alert">
          {reasons[error] ?? 'You could not be signed in. Try again, or ask an admin.'}
        </Callout>
      ) : null}
      <SignInButton callbackUrl={target} again={again} />
      {sandbox ? (
        <Callout look="pending" title="Sandbox">
          The next page lets you choose one of six invented people.
        </Callout>
      ) : null}
    </Frame>
  );
}
