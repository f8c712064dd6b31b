'use client';

import { Eye } from 'lucide-react';
import { useState } from 'react';
import { SqlBlock } from '../statement/sql-text.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import type { Answer } from '../ui/form-state.ts';

export interface Revealed {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

export type Reveal = (id: string) => Promise<Answer<Revealed>>;

/** The statement with values of masked columns hidden, and the click that shows them: a ledger entry each time. */
export function MaskedStatement({ id, text, reveal }: { id: string; text: string; reveal: Reveal }) {
  const [answer, setAnswer] = useState<Answer<Revealed> | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    setAnswer(await reveal(id));
    setAsking(false);
  };
  const shown = answer?.value;
  if (shown) {
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
      {answer?.failed ? <Callout look="negative">{answer.failed}</Callout> : null}
      <Button size="sm" onClick={ask} disabled={asking}>
        <Eye aria-hidden="true" /> Show the masked values (a ledger entry)
      </Button>
    </div>
  );
}
