import { Download, LogIn, PenLine } from 'lucide-react';
import { TieOutView } from '#components/review/tie-out';
import { ActionForm, SubmitButton } from '#components/ui/action-form';
import { Button } from '#components/ui/button';
import { Callout } from '#components/ui/callout';
import { CopyText } from '#components/ui/copy';
import { Fact, Facts } from '#components/ui/facts';
import { TextArea } from '#components/ui/field';
import { InertText } from '#components/ui/inert-text';
import { Link } from '#components/ui/link';
import { RelativeTime } from '#components/ui/relative-time';
import { Card, Section } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { type CampaignView, signOffText } from '#lib/reviews/index';
import { attempt } from '../../../../_server/attempt.ts';
import { requireContext, signedInFreshly } from '../../../../_server/context.ts';
import { sign } from '../../actions.ts';

/** The text that is attested to, and the signature: only when the numbers tie, only after a fresh sign-in. */
export async function Sign({ campaign }: { campaign: CampaignView }) {
  if (campaign.signOff) return <Signed campaign={campaign} />;
  const context = await requireContext();
  const text = await attempt(signOffText(context, campaign.id));
  const fresh = await signedInFreshly();
  const again = `/sign-in?again=1&callbackUrl=${encodeURIComponent(`/reviews/${campaign.id}?tab=sign`)}`;
  return (
    <div className="max-w-3xl space-y-5">
      <TieOutView campaignId={campaign.id} tieOut={campaign.tieOut} />
      {text.ok ? (
        <Section title="What is attested to">
          <Card className="text-sm leading-6">
            <InertText text={text.value} />
          </Card>
        </Section>
      ) : null}
      {!campaign.maySign ? (
        <Callout title="You can’t sign">
          {campaign.mayNotSignBecause ?? 'The numbers do not tie yet.'}
        </Callout>
      ) : fresh ? (
        <ActionForm action={sign} className="space-y-4" label="Sign">
          <input type="hidden" name="campaignId" value={campaign.id} />
          <TextArea label="Memo (not required)" name="memo" rows={3} hint="Your own words, for the pack." />
          <Callout look="pending">
            After it nothing in this campaign can change, and it can’t be taken back. The pack is written and
            signed.
          </Callout>
          <div className="flex justify-end">
            <SubmitButton variant="primary" size="lg" disabled={!campaign.tieOut.ties} pendingText="Signing…">
              <PenLine aria-hidden="true" /> Sign as {context.actor.name}
            </SubmitButton>
          </div>
        </ActionForm>
      ) : (
        <Callout look="pending" title="Prove who you are first">
          <p>A signature needs a sign-in of the last five minutes.</p>
          <Button asChild className="mt-2">
            <Link href={again}>
              <LogIn aria-hidden="true" /> Sign in again
            </Link>
          </Button>
        </Callout>
      )}
    </div>
  );
}

async function Signed({ campaign }: { campaign: CampaignView }) {
  const { signOff } = campaign;
  if (!signOff) return null;
  const { actor } = await requireContext();
  return (
    <div className="max-w-3xl space-y-5">
      <Callout look="positive" title={`Signed by ${signOff.by.name}`}>
        <RelativeTime at={signOff.at} />. Nothing in this campaign can change any more.
      </Callout>
      <Card className="text-sm leading-6">
        <InertText text={signOff.text} />
      </Card>
      <Facts>
        <Fact term="Manifest">
          <CopyText text={signOff.manifestHash} shorten={16} label="manifest hash" />
        </Fact>
        <Fact term="Pack">
          <CopyText text={signOff.packHash} shorten={16} label="pack hash" />
        </Fact>
        <Fact term="Check it">
          <code className="font-mono text-xs">npx countersign verify pack.zip --key countersign.pub</code>
        </Fact>
      </Facts>
      {may(actor, 'evidence.export') ? (
        <Button asChild variant="primary">
          <a href={`/api/evidence/packs/${campaign.id}`} download>
            <Download aria-hidden="true" /> Download the pack
          </a>
        </Button>
      ) : null}
    </div>
  );
}
