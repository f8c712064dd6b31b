/** What `countersign verify` found in a file. */
export type Verdict =
  | {
      readonly kind: 'intact';
      readonly facts: readonly (readonly [name: string, value: string])[];
    }
  /** Everything fits together, but nobody whom the caller trusts vouches for it. */
  | {
      readonly kind: 'unknown-signer';
      readonly facts: readonly (readonly [name: string, value: string])[];
      /** What to compare, and how to establish it. */
      readonly advice: string;
    }
  | { readonly kind: 'broken'; readonly place: string; readonly message: string };

export const exitCodes = { intact: 0, broken: 1, 'unknown-signer': 3 } as const;

export function printVerdict(file: string, verdict: Verdict): void {
  if (verdict.kind === 'broken') {
    console.error(`NOT INTACT  ${file}\n  ${verdict.place}: ${verdict.message}`);
    return;
  }
  const head = verdict.kind === 'intact' ? 'intact' : 'internally consistent, signer not established';
  const width = Math.max(...verdict.facts.map(([name]) => name.length));
  const lines = verdict.facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  console.log([`${head}  ${file}`, ...lines].join('\n'));
  if (verdict.kind === 'unknown-signer') console.log(`\n${verdict.advice}`);
}

/** Text from a file, without what a terminal would act on. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
}
