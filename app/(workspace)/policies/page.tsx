import { FileCode2 } from 'lucide-react';
import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { PolicyEditor } from '#components/policy/editor';
import { FreezeForm } from '#components/policy/freeze-form';
import { Freezes } from '#components/policy/freezes';
import { Outline } from '#components/policy/outline';
import { CodeBlock } from '#components/ui/code-block';
import { EmptyState } from '#components/ui/empty-state';
import { Section } from '#components/ui/section';
import { TabLinks } from '#components/ui/tab-links';
import { may } from '#lib/auth/require-permission';
import { currentPolicies, listFreezes, outlinePolicies } from '#lib/policies/index';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { Versions } from './_components/versions.tsx';
import { backtest, check, freeze, publish, thaw } from './actions.ts';

export const metadata: Metadata = { title: 'Policies' };

const views = ['rules', 'text', 'versions'] as const;
const labels = { rules: 'Rules', text: 'Text', versions: 'Versions' } as const;

export default async function PoliciesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const asked = Number(oneParam(params, 'version'));
  const version = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
  const view =
    views.find((one) => one === oneParam(params, 'view')) ?? (version === undefined ? 'rules' : 'versions');
  return (
    <>
      <PageHeader
        title="Policies"
        lead="One function decides every statement, here and on every wire: deny before hold before allow, and what nothing allows is denied."
      />
      <div className="space-y-4">
        <TabLinks
          label="Views of the policies"
          tabs={views.map((one) => ({
            href: hrefWith('/policies', {}, { view: one === 'rules' ? null : one }),
            label: labels[one],
            current: one === view,
          }))}
        />
        {view === 'rules' ? <Rules /> : null}
        {view === 'text' ? <Text /> : null}
        {view === 'versions' ? <Versions chosen={version} /> : null}
      </div>
    </>
  );
}

async function Rules() {
  const context = await requireContext();
  const [active, freezes] = await Promise.all([
    attempt(currentPolicies(context)),
    attempt(listFreezes(context)),
  ]);
  const mayChange = may(context.actor, 'access.change');
  if (!active.ok) return <Refusal code={active.error.code} message={active.error.message} />;
  return (
    <div className="space-y-6">
      <Section title="Freezes" action={mayChange ? <FreezeForm action={freeze} /> : null}>
        {freezes.ok && freezes.value.length > 0 ? (
          <Freezes freezes={freezes.value} thaw={mayChange ? thaw : null} />
        ) : (
          <p className="text-sm text-ink-soft">Nothing is frozen.</p>
        )}
      </Section>
      <Section title={active.value ? `Rules of version ${active.value.number}` : 'Rules'}>
        {active.value ? (
          <Outline rows={outlinePolicies(active.value.files)} />
        ) : (
          <EmptyState icon={<FileCode2 />} title="No version was published">
            Only grants decide: nothing is held. Publish rules, or apply a declaration file with its policies.
          </EmptyState>
        )}
      </Section>
    </div>
  );
}

async function Text() {
  const context = await requireContext();
  const active = await attempt(currentPolicies(context));
  if (!active.ok) return <Refusal code={active.error.code} message={active.error.message} />;
  const files = active.value?.files ?? [{ name: 'rules.cedar', text: '' }];
  if (!may(context.actor, 'access.change')) {
    return files.map((file) => <CodeBlock key={file.name} label={file.name} text={file.text} />);
  }
  return (
    <PolicyEditor
      key={active.value?.number ?? 0}
      files={files}
      basedOn={active.value?.number ?? null}
      check={check}
      publish={publish}
      backtest={backtest}
    />
  );
}
