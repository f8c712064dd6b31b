import { hash } from 'node:crypto';
import { formatOf } from './row-masker.ts';

/** Longer values stand in the recording by their beginning, length and digest. */
const valueBytesRecordedMax = 64 * 1024;
const binaryMark = 'b64:';

/** Bound values as records keep them: text as it is, binary in base64 with `b64:` before it. */
export function recordedValues(
  values: readonly (Buffer | null)[],
  formats: readonly number[],
): (string | null)[] | null {
  if (values.length === 0) return null;
  return values.map((value, index) => {
    if (value === null) return null;
    if (value.length <= valueBytesRecordedMax) return oneValue(value, formatOf(formats, index));
    const head = oneValue(value.subarray(0, valueBytesRecordedMax), 1);
    return `${head}… ${value.length} bytes, sha256 ${hash('sha256', value, 'hex')}`;
  });
}

/** Recorded values as text: of a binary one its bytes, read as UTF-8. */
export function readable(recorded: readonly (string | null)[] | null): (string | null)[] {
  return (recorded ?? []).map((value) =>
    value?.startsWith(binaryMark) ? Buffer.from(value.slice(4), 'base64').toString('utf8') : value,
  );
}

/** Values as an approval is bound to them: whole ones in full, longer ones by their digest. */
export function boundValues(
  values: readonly (Buffer | null)[],
  formats: readonly number[],
  types: readonly number[],
): { type: number; value: string | null }[] {
  const recorded = recordedValues(values, formats) ?? [];
  return recorded.map((value, index) => ({ type: types[index] ?? 0, value }));
}

function oneValue(value: Buffer, format: number): string {
  return format === 0 ? value.toString('utf8') : binaryMark + value.toString('base64');
}
