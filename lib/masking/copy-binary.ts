import { CountersignError } from '#lib/core/errors';
import type { CopyMasker, MaskAt } from './copy.ts';
import type { FieldMasker } from './field.ts';
import { ValueBuffer } from './value-buffer.ts';

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headBytes = signature.length + 8;
const extensionBytesMax = 65_536;

/** What the next bytes are; `left` of them are still to come. */
type Step =
  | { readonly kind: 'head' | 'extension' | 'count' | 'length' | 'end'; left: number }
  | { readonly kind: 'value'; left: number; readonly mask: FieldMasker | null };

/**
 * COPY's binary format: signature, flags, extension, then rows of counted, length-prefixed values.
 * Throws `integrity` for what does not follow it; then nothing more may be sent.
 */
export function copyBinaryMasker(maskAt: MaskAt): CopyMasker {
  const small = new ValueBuffer();
  const value = new ValueBuffer();
  let step: Step = { kind: 'head', left: headBytes };
  let columns = 0;
  let index = 0;
  let maskedFields = 0;

  const nextValue = (): Step => (index < columns ? { kind: 'length', left: 4 } : { kind: 'count', left: 2 });

  /** A step's bytes are all there: what goes out for them, and what follows. */
  const finishSmall = (bytes: Buffer): Buffer => {
    if (step.kind === 'head') {
      if (!bytes.subarray(0, signature.length).equals(signature)) throw malformed('signature');
      const extension = bytes.readUInt32BE(signature.length + 4);
      if (extension > extensionBytesMax) throw malformed('header extension');
      step = extension === 0 ? { kind: 'count', left: 2 } : { kind: 'extension', left: extension };
    } else if (step.kind === 'extension') {
      step = { kind: 'count', left: 2 };
    } else if (step.kind === 'count') {
      columns = bytes.readInt16BE();
      if (columns < -1) throw malformed('field count');
      index = 0;
      step = columns === -1 ? { kind: 'end', left: 0 } : nextValue();
    } else if (step.kind === 'length') {
      return beginValue(bytes);
    }
    return bytes;
  };
  const beginValue = (bytes: Buffer): Buffer => {
    const length = bytes.readInt32BE();
    if (length < -1) throw malformed('value length');
    const mask = maskAt(index);
    index += 1;
    if (length === -1) {
      step = nextValue();
      return bytes;
    }
    step = { kind: 'value', left: length, mask };
    if (length > 0) return mask ? Buffer.alloc(0) : bytes;
    const empty = mask ? endValue(mask) : bytes;
    step = nextValue();
    return empty;
  };
  const endValue = (mask: FieldMasker): Buffer => {
    maskedFields += 1;
    const masked = mask(value.take());
    const size = Buffer.alloc(4);
    size.writeInt32BE(masked === null ? -1 : masked.length);
    return masked === null ? size : Buffer.concat([size, masked]);
  };

  return {
    get maskedFields() {
      return maskedFields;
    },
    push(chunk) {
      const parts: Uint8Array[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (step.kind === 'end') throw malformed('end');
        const piece = chunk.subarray(at, at + step.left);
        at += piece.length;
        step.left -= piece.length;
        if (step.kind !== 'value') {
          small.addAll(piece);
          if (step.left === 0) parts.push(finishSmall(small.take()));
          continue;
        }
        if (step.mask) value.addAll(piece);
        else parts.push(piece);
        if (step.left > 0) continue;
        if (step.mask) parts.push(endValue(step.mask));
        step = nextValue();
      }
      return Buffer.concat(parts);
    },
    finish: () => new Uint8Array(),
  };
}

function malformed(what: string): CountersignError {
  return new CountersignError('integrity', `the binary COPY data has a wrong ${what}`);
}
