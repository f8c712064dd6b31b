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
  return new BinaryMasker(maskAt);
}

class BinaryMasker implements CopyMasker {
  readonly #maskAt: MaskAt;
  readonly #small = new ValueBuffer();
  readonly #value = new ValueBuffer();
  #step: Step = { kind: 'head', left: headBytes };
  #columns = 0;
  #index = 0;
  maskedFields = 0;

  constructor(maskAt: MaskAt) {
    this.#maskAt = maskAt;
  }

  push(chunk: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      const step = this.#step;
      if (step.kind === 'end') throw malformed('end');
      const piece = chunk.subarray(at, at + step.left);
      at += piece.length;
      step.left -= piece.length;
      if (step.kind !== 'value') {
        this.#small.addAll(piece);
        if (step.left === 0) parts.push(this.#finish(step.kind, this.#small.take()));
        continue;
      }
      if (step.mask) this.#value.addAll(piece);
      else parts.push(piece);
      if (step.left > 0) continue;
      if (step.mask) parts.push(this.#mask(step.mask));
      this.#step = this.#next();
    }
    return Buffer.concat(parts);
  }

  finish(): Uint8Array {
    return new Uint8Array();
  }

  #next(): Step {
    return this.#index < this.#columns ? { kind: 'length', left: 4 } : { kind: 'count', left: 2 };
  }

  /** A step's bytes are all there: what goes out for them, and what follows. */
  #finish(kind: Exclude<Step['kind'], 'value'>, bytes: Buffer): Buffer {
    if (kind === 'length') return this.#begin(bytes);
    if (kind === 'head') {
      if (!bytes.subarray(0, signature.length).equals(signature)) throw malformed('signature');
      const extension = bytes.readUInt32BE(signature.length + 4);
      if (extension > extensionBytesMax) throw malformed('header extension');
      this.#step = extension === 0 ? { kind: 'count', left: 2 } : { kind: 'extension', left: extension };
    } else if (kind === 'extension') {
      this.#step = { kind: 'count', left: 2 };
    } else {
      this.#columns = bytes.readInt16BE();
      if (this.#columns < -1) throw malformed('field count');
      this.#index = 0;
      this.#step = this.#columns === -1 ? { kind: 'end', left: 0 } : this.#next();
    }
    return bytes;
  }

  /** A value's length is read; a masked one's goes out with the masked value. */
  #begin(bytes: Buffer): Buffer {
    const length = bytes.readInt32BE();
    if (length < -1) throw malformed('value length');
    const mask = this.#maskAt(this.#index);
    this.#index += 1;
    if (length > 0) {
      this.#step = { kind: 'value', left: length, mask };
      return mask ? Buffer.alloc(0) : bytes;
    }
    this.#step = this.#next();
    return mask && length === 0 ? this.#mask(mask) : bytes;
  }

  #mask(mask: FieldMasker): Buffer {
    this.maskedFields += 1;
    const masked = mask(this.#value.take());
    const size = Buffer.alloc(4);
    size.writeInt32BE(masked === null ? -1 : masked.length);
    return masked === null ? size : Buffer.concat([size, masked]);
  }
}

function malformed(what: string): CountersignError {
  return new CountersignError('integrity', `the binary COPY data has a wrong ${what}`);
}
