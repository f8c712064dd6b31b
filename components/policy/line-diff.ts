export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Line number in the newer text, or in the older one for a removed line. */
  readonly line: number;
}

const cellsMax = 4_000_000;

/** Lines of two texts, by their longest common subsequence; null when they are too long to compare. */
export function lineDiff(older: string, newer: string): readonly DiffLine[] | null {
  const a = older.split('\n');
  const b = newer.split('\n');
  if (a.length * b.length > cellsMax) return null;
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: b[j] ?? '', line: j + 1 });
      i += 1;
      j += 1;
    } else if (
      j < b.length &&
      (i >= a.length || (common[i * width + j + 1] ?? 0) >= (common[(i + 1) * width + j] ?? 0))
    ) {
      lines.push({ kind: 'added', text: b[j] ?? '', line: j + 1 });
      j += 1;
    } else {
      lines.push({ kind: 'removed', text: a[i] ?? '', line: i + 1 });
      i += 1;
    }
  }
  return lines;
}
