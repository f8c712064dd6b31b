/** How fast something is played. */
export function SpeedChoice({
  value,
  speeds,
  onChange,
}: {
  value: number;
  speeds: readonly number[];
  onChange: (speed: number) => void;
}) {
  return (
    <label className="flex items-center gap-1 text-xs text-ink-soft">
      <span className="sr-only">Speed</span>
      <select
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-7 rounded-md border border-line-strong bg-surface px-1"
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </label>
  );
}
