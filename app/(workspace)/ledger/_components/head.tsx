import { Download, KeyRound } from 'lucide-react';
import { VerifyButton } from '#components/ledger/verify-button';
import { Button } from '#components/ui/button';
import { CopyText } from '#components/ui/copy';
import { Fact, Facts } from '#components/ui/facts';
import { formatCount } from '#components/ui/number';
import { RelativeTime } from '#components/ui/relative-time';
import { Card } from '#components/ui/section';
import type { LedgerState } from '#lib/ledger/index';
import { verifyAll } from '../actions.ts';

/** The tree's head, its newest signed checkpoint, and what lets others check both. */
export function Head({ state, mayExport }: { state: LedgerState; mayExport: boolean }) {
  const last = state.lastCheckpoint;
  return (
    <Card className="flex flex-wrap items-start justify-between gap-6">
      <Facts>
        <Fact term="Entries">
          {formatCount(state.size)}
          {state.unsequenced > 0 ? (
            <span className="text-ink-faint">, {formatCount(state.unsequenced)} wait for their place</span>
          ) : null}
        </Fact>
        <Fact term="Root">
          <CopyText text={state.root} shorten={12} label="root" />
        </Fact>
        <Fact term="Checkpoint">
          {last ? (
            <>
              of {formatCount(last.size)} entries, <RelativeTime at={last.at} />
            </>
          ) : (
            'none was signed yet'
          )}
        </Fact>
        {last ? (
          <Fact term="Signed by">
            <CopyText text={last.origin} label="origin" />
          </Fact>
        ) : null}
      </Facts>
      <div className="space-y-3">
        <VerifyButton verify={verifyAll} />
        <div className="flex flex-wrap gap-2">
          <Button asChild size="sm">
            <a href="/api/evidence/ledger/checkpoint" download>
              <Download aria-hidden="true" /> Checkpoint
            </a>
          </Button>
          <Button asChild size="sm">
            <a href="/api/evidence/ledger/key" download>
              <KeyRound aria-hidden="true" /> Public key
            </a>
          </Button>
          {mayExport ? (
            <Button asChild size="sm">
              <a href="/api/evidence/ledger/export" download>
                <Download aria-hidden="true" /> Whole ledger
              </a>
            </Button>
          ) : null}
        </div>
      </div>
    </Card>
  );
}
