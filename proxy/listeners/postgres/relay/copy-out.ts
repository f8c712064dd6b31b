import { type CopyMasker, type CopyOptions, copyMasker, fieldMasker, type MaskKey } from '#lib/masking/index';
import type { MaskPlan, MaskSpec } from '#lib/masking/model';
import type { Catalog, SqlFacts } from '#lib/sql/model';
import { fromServer } from '../codec/types.ts';
import { message } from '../codec/write.ts';

/** The data of a COPY … TO STDOUT, hidden where the plan says so. */
export class CopyOut {
  readonly #masker: CopyMasker;

  constructor(masker: CopyMasker) {
    this.#masker = masker;
  }

  get maskedFields(): number {
    return this.#masker.maskedFields;
  }

  /** The CopyData message for these bytes, or null when they are kept until more have come. */
  data(bytes: Buffer): Buffer | null {
    return framed(this.#masker.push(bytes));
  }

  end(): Buffer | null {
    return framed(this.#masker.finish());
  }
}

function framed(bytes: Uint8Array): Buffer | null {
  if (bytes.length === 0) return null;
  return message(fromServer.copyData, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** Null: nothing is hidden. Types come from the catalog, since COPY describes no columns. */
export function copyOut(
  plan: MaskPlan,
  options: CopyOptions,
  facts: SqlFacts,
  catalog: Catalog,
  key: MaskKey,
): CopyOut | null {
  if (!plan.everything && plan.outputs.length === 0) return null;
  const byIndex = new Map<number, MaskSpec | 'full'>(plan.outputs.map(({ index, mask }) => [index, mask]));
  const format = options.format === 'binary' ? 1 : 0;
  const masker = copyMasker(options, (index) => {
    const mask = plan.everything ? 'full' : byIndex.get(index);
    return mask === undefined ? null : fieldMasker(mask, typeOf(facts, index, catalog), format, key);
  });
  return new CopyOut(masker);
}

function typeOf(facts: SqlFacts, index: number, catalog: Catalog): number {
  const output = facts.outputs?.[index];
  if (output?.kind !== 'column') return 0;
  const { schema, table, column } = output.column;
  return catalog.relation(schema, table)?.columns.find(({ name }) => name === column)?.typeOid ?? 0;
}
