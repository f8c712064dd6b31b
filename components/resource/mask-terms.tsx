'use client';

import { useState } from 'react';
import type { MaskKind } from '#lib/masking/model';
import { dateUnits, otherUses, partialStyles } from '#lib/masking/schema';
import type { MaskRow } from '#lib/resources/model';
import { CheckField, SelectField, TextField } from '../ui/field.tsx';

const kinds: Readonly<Record<MaskKind, string>> = {
  fixed: 'fixed: the same text for every value',
  partial: 'partial: a few characters stay',
  hash: 'hash: equal values stay equal',
  null: 'null: nothing at all',
  generalise: 'generalise: less exact',
};

const uses: Readonly<Record<(typeof otherUses)[number], string>> = {
  deny: 'denied (the default)',
  hold: 'held for an approver; results stay masked',
  mask: 'run where a full mask hides the result, else denied',
};

type Terms = Pick<MaskRow, 'kind' | 'lookup' | 'options'>;

/** How a column is hidden, and what else may be done with it. */
export function MaskTerms({ mask }: { mask?: Terms }) {
  const [kind, setKind] = useState<string>(mask?.kind ?? 'fixed');
  const [looksUp, setLooksUp] = useState(mask?.lookup === 'equality');
  const options = mask?.options ?? {};
  return (
    <>
      <SelectField
        label="How"
        name="kind"
        defaultValue={kind}
        onChange={(event) => setKind(event.target.value)}
      >
        {Object.entries(kinds).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      <KindOptions kind={kind} options={options} />
      <SelectField
        label="Any other use of it (sort, group, function, join …)"
        name="other_use"
        defaultValue={options.other_use ?? 'deny'}
      >
        {otherUses.map((use) => (
          <option key={use} value={use}>
            {uses[use]}
          </option>
        ))}
      </SelectField>
      <CheckField
        name="lookup"
        value="equality"
        defaultChecked={looksUp}
        onChange={(event) => setLooksUp(event.target.checked)}
        label="May be looked up by = constant"
        hint="An agent that knows the value may find its row; it learns nothing else."
      />
      {looksUp ? (
        <TextField
          label="Values a session may look up"
          name="lookups"
          type="number"
          min={1}
          max={10_000}
          placeholder="100"
          defaultValue={options.lookups}
        />
      ) : null}
    </>
  );
}

function KindOptions({ kind, options }: { kind: string; options: Terms['options'] }) {
  if (kind === 'fixed') {
    return (
      <TextField
        label="Text"
        name="to"
        maxLength={40}
        placeholder="[masked]"
        defaultValue={options.to}
        hint="Types that are no text keep a fixed value of their own, or become null."
      />
    );
  }
  if (kind === 'generalise') {
    return (
      <TextField
        label="To the start of"
        name="bucket"
        placeholder="year, or steps of 10"
        defaultValue={options.bucket}
        hint={`A date or time: ${dateUnits.join(', ')}. A number: the step, 2 or more.`}
      />
    );
  }
  if (kind !== 'partial') return null;
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
      <SelectField label="Read as" name="style" defaultValue={options.style ?? 'auto'}>
        {partialStyles.map((style) => (
          <option key={style} value={style}>
            {style}
          </option>
        ))}
      </SelectField>
      <TextField
        label="First characters"
        name="prefix"
        type="number"
        min={0}
        max={4}
        placeholder="0"
        defaultValue={options.prefix}
      />
      <TextField
        label="Last characters"
        name="suffix"
        type="number"
        min={0}
        max={4}
        placeholder="2"
        defaultValue={options.suffix}
      />
    </div>
  );
}
