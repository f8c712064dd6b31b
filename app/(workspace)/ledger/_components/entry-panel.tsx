import { Refusal } from '#components/layout/refusal';
import { ProofCheck } from '#components/ledger/proof-check';
import { Button } from '#components/ui/button';
import { Callout } from '#components/ui/callout';
import { CodeBlock } from '#components/ui/code-block';
import { CopyText } from '#components/ui/copy';
import { Fact, Facts } from '#components/ui/facts';
import { InertText } from '#components/ui/inert-text';
import { RelativeTime } from '#components/ui/relative-time';
import { Section } from '#components/ui/section';
import { SidePanel } from '#components/ui/side-panel';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { defaultOrigin, type EntryDetail, getEntry, verifierLine } from '#lib/ledger/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { signingKey } from '../../../_server/signing.ts';

export async function EntryPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const found = await attempt(getEntry(await requireContext(), { id }));
  if (!found.ok) {
    return (
      <SidePanel title="Entry" label="Entry" closeHref={closeHref} openedBy={id}>
        <Refusal code={found.error.code} message={found.error.message} />
      </SidePanel>
    );
  }
  const entry = found.value;
  const key = await signingKey();
  const verifier = verifierLine(defaultOrigin(key), key);
  return (
    <SidePanel title={entry.action} label={`Ledger entry ${entry.id}`} closeHref={closeHref} openedBy={id}>
      <p className="text-lg leading-6 font-semibold text-balance break-words">
        <InertText text={entry.summary} />
      </p>
      <Facts>
        <Fact term="When">
          <RelativeTime at={entry.at} className="" />
        </Fact>
        <Fact term="By">
          <InertText text={entry.actor.name} /> <span className="text-ink-faint">({entry.actor.kind})</span>
        </Fact>
        <Fact term="About">
          {entry.subject.kind} <CopyText text={entry.subject.id} />
        </Fact>
        <Fact term="Entry">
          <CopyText text={entry.id} />
        </Fact>
        <Fact term="Place">{entry.position ?? 'waits for its place (a second at most)'}</Fact>
        {entry.proof ? (
          <Fact term="Leaf">
            <CopyText text={entry.proof.leaf} shorten={12} label="leaf hash" />
          </Fact>
        ) : null}
      </Facts>
      <Section title="Is it really in the ledger?">
        {entry.proof ? (
          <ProofCheck
            entry={{
              envelope: entry.envelope,
              salt: entry.salt,
              proof: entry.proof,
              payloadForgotten: entry.payloadForgotten,
            }}
            payload={canonicalJson((entry.payload ?? null) as Json)}
            verifier={verifier}
          />
        ) : (
          <p className="text-sm text-ink-soft">The next checkpoint will cover it.</p>
        )}
      </Section>
      <Section title="Payload">
        {entry.payloadForgotten ? (
          <Callout>Deleted under retention. Its hash still stands in the tree.</Callout>
        ) : (
          <CodeBlock label="Payload" text={JSON.stringify(entry.payload, null, 2)} className="max-h-96" />
        )}
      </Section>
      {entry.proof ? (
        <CheckedBy entry={entry} checkpoint={entry.proof.checkpoint} verifier={verifier} />
      ) : null}
    </SidePanel>
  );
}

/** What somebody else needs to check the entry without the product. */
function CheckedBy({
  entry,
  checkpoint,
  verifier,
}: {
  entry: EntryDetail;
  checkpoint: string;
  verifier: string;
}) {
  return (
    <Section title="Checkpoint and key">
      <CodeBlock label="Checkpoint" text={checkpoint.trimEnd()} />
      <CodeBlock label="Public key" text={verifier} />
      {entry.payloadForgotten ? null : (
        <Button asChild size="sm">
          <a href={`/api/evidence/ledger/entries/${entry.id}`} download>
            Download the proof
          </a>
        </Button>
      )}
    </Section>
  );
}
