'use client';

import { Check, Minus, PlugZap, X } from 'lucide-react';
import { useState } from 'react';
import type { ResourceTest } from '#lib/resources/model';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import type { Answer, FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount, plural } from '../ui/number.tsx';
import { Section } from '../ui/section.tsx';
import { LoginRoles, Strangers, Suggestions } from './seen.tsx';

type Result = Answer<ResourceTest>;

const stepTexts: Readonly<Record<string, string>> = {
  dns: 'Name is known',
  tcp: 'Port answers',
  tls: 'TLS holds',
  login: 'Login works',
  rights: 'Rights are enough',
};

/** Tries a resource step by step with the gateway's own credential, and looks for ways round it. */
export function TestConnection({
  resourceId,
  test,
  mask,
}: {
  resourceId: string;
  test: (resourceId: string) => Promise<Result>;
  mask: FormAction;
}) {
  const [result, setResult] = useState<Result | null>(null);
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    setResult(await test(resourceId));
    setRunning(false);
  };
  return (
    <Section
      title="Connection"
      action={
        <Button size="sm" onClick={run} disabled={running} aria-busy={running || undefined}>
          <PlugZap aria-hidden="true" /> {running ? 'Testing…' : 'Test'}
        </Button>
      }
    >
      <div aria-live="polite" className="space-y-3">
        {result === null ? (
          <p className="text-sm text-ink-soft">
            A test logs in as the gateway does, and looks for sessions that go round it. It is a ledger entry.
          </p>
        ) : result.failed !== null ? (
          <Callout look="negative">{result.failed}</Callout>
        ) : (
          <Tested result={result.value} resourceId={resourceId} mask={mask} />
        )}
      </div>
    </Section>
  );
}

function Tested({
  result,
  resourceId,
  mask,
}: {
  result: ResourceTest;
  resourceId: string;
  mask: FormAction;
}) {
  return (
    <>
      <ol className="space-y-1.5 text-sm">
        {result.steps.map((step) => (
          <li key={step.name} className="flex items-start gap-2">
            <StepIcon state={step.state} />
            <span className="min-w-0">
              {stepTexts[step.name] ?? step.name} <span className="sr-only">{step.state}</span>
              <span className="text-ink-soft">
                <InertText text={step.message} />
                {step.state === 'passed' ? ` (${formatCount(Math.round(step.ms))} ms)` : ''}
              </span>
            </span>
          </li>
        ))}
      </ol>
      <Warnings result={result} />
      {result.strangers.length > 0 ? <Strangers strangers={result.strangers} /> : null}
      {result.loginRoles.length > 0 ? <LoginRoles roles={result.loginRoles} /> : null}
      {result.suggestions.length > 0 ? (
        <Suggestions suggestions={result.suggestions} resourceId={resourceId} mask={mask} />
      ) : null}
    </>
  );
}

function Warnings({ result: { role, strangers } }: { result: ResourceTest }) {
  const lines: string[] = [];
  if (role?.superuser)
    lines.push(`The gateway’s role ${role.name} is superuser: the database refuses it nothing.`);
  else if (role?.bypassesRowSecurity) lines.push(`The gateway’s role ${role.name} goes past row security.`);
  if (role && !role.superuser && role.owns > 0) {
    lines.push(
      `The gateway’s role ${role.name} owns ${plural(role.owns, 'table or view', 'tables and views')}.`,
    );
  }
  if (strangers.length > 0) {
    const roles = [...new Set(strangers.map((one) => one.role))].join(', ');
    lines.push(`${plural(strangers.length, 'session')} did not come through the gateway: ${roles}.`);
  }
  if (lines.length === 0) return null;
  return (
    <Callout look="pending" title="Ways round the gateway">
      <ul className="space-y-1">
        {lines.map((line) => (
          <li key={line}>
            <InertText text={line} />
          </li>
        ))}
      </ul>
    </Callout>
  );
}

function StepIcon({ state }: { state: 'passed' | 'failed' | 'skipped' }) {
  if (state === 'passed')
    return <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-positive" />;
  if (state === 'failed') return <X aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-negative" />;
  return <Minus aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ink-faint" />;
}
