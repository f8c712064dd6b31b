'use client';

import { Eye } from 'lucide-react';
import { useState } from 'react';
import { SqlBlock } from '../statement/sql-text.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';

export type Reveal = (
  id: string,
) => Promise<
  { readonly text: string; readonly parameters: readonly (string | null)[] } | { readonly failed: string }
>;

/** The statement with values of masked columns hidden, and the click that shows them: a ledger entry each time. */
export function MaskedStatement({ id, text, reveal }: { id: string; text: string; reveal: Reveal }) {
  const [shown, setShown] = useState<Awaited<ReturnType<Reveal>> | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    setShown(await reveal(id));
    setAsking(false);
  };
  if (shown && 'text' in shown) {
    return (
      <div className="space-y-2">
        <SqlBlock text={shown.text} label="The statement, with its values" />
        {shown.parameters.length > 0 ? (
          <SqlBlock
            text={shown.parameters.map((value, index) => `$${index + 1} ${value ?? 'NULL'}`).join('\n')}
            label="Its parameters"
          />
        ) : null}
        <p className="text-xs text-ink-faint">Shown to you; the ledger says so.</p>
      </div>
    );
  }
  return (
    <div className="space-y-2">
      <SqlBlock text={text} label="The statement, whole" />
      {shown ? <Callout look="negative">{shown.failed}</Callout> : null}
      <Button size="sm" onClick={ask} disabled={asking}>
        <Eye aria-hidden="true" /> Show the masked values (a ledger entry)
      </Button>
    </div>
  );
}
