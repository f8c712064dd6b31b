import { generaliseDays, generaliseMicroseconds } from './dates.ts';
import type { FieldMasker } from './field.ts';
import type { MaskSpec } from './model.ts';
import { generaliseFloat, generaliseInteger, generaliseNumeric } from './numbers.ts';
import type { TypeClass } from './types.ts';

/** The least number that an integer type holds. */
export const leastOf = { int2: -(2n ** 15n), int4: -(2n ** 31n), int8: -(2n ** 63n) };

type Binary = (bytes: Buffer) => Buffer | null;

/** Hands on the bytes as a Buffer; null for another length than the type's. */
export function onBytes(length: number | null, change: Binary): FieldMasker {
  return (bytes) => {
    if (length !== null && bytes.length !== length) return null;
    return change(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };
}

function filled(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}

/** Generalises a binary number, date or time; null of what it does not know. */
export function binaryGeneraliser(type: TypeClass, options: MaskSpec['options']): FieldMasker {
  switch (type) {
    case 'date':
      return onBytes(4, (bytes) => {
        const days = generaliseDays(bytes.readInt32BE(), options);
        return days === null ? null : filled(4, (out) => out.writeInt32BE(days));
      });
    case 'timestamp':
    case 'timestamptz':
      return onBytes(8, (bytes) => {
        const micros = generaliseMicroseconds(bytes.readBigInt64BE(), options);
        return micros === null ? null : filled(8, (out) => out.writeBigInt64BE(micros));
      });
    case 'int2':
      return onBytes(2, (bytes) => {
        const lower = generaliseInteger(BigInt(bytes.readInt16BE()), options);
        return lower < leastOf.int2 ? null : filled(2, (out) => out.writeInt16BE(Number(lower)));
      });
    case 'int4':
      return onBytes(4, (bytes) => {
        const lower = generaliseInteger(BigInt(bytes.readInt32BE()), options);
        return lower < leastOf.int4 ? null : filled(4, (out) => out.writeInt32BE(Number(lower)));
      });
    case 'int8':
      return onBytes(8, (bytes) => {
        const lower = generaliseInteger(bytes.readBigInt64BE(), options);
        return lower < leastOf.int8 ? null : filled(8, (out) => out.writeBigInt64BE(lower));
      });
    case 'float4':
      return onBytes(4, (bytes) => {
        const lower = generaliseFloat(bytes.readFloatBE(), options);
        return lower === null ? null : filled(4, (out) => out.writeFloatBE(lower));
      });
    case 'float8':
      return onBytes(8, (bytes) => {
        const lower = generaliseFloat(bytes.readDoubleBE(), options);
        return lower === null ? null : filled(8, (out) => out.writeDoubleBE(lower));
      });
    case 'numeric':
      return onBytes(null, (bytes) => generaliseNumeric(bytes, options));
    default:
      return () => null;
  }
}
