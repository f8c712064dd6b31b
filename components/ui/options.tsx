export interface Option {
  readonly value: string;
  readonly label: string;
}

/** A select's options, with a first one that asks to choose (or says what leaving it means). */
export function Options({
  options,
  first = 'Choose…',
}: {
  options: readonly Option[];
  first?: string | null;
}) {
  return (
    <>
      {first === null ? null : <option value="">{first}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </>
  );
}
