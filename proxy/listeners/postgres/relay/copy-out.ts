import {
  type CopyMasker,
  type CopyOptions,
  type CopySearch,
  copyMasker,
  copySearch,
  detectingMasker,
  fieldMasker,
  type MaskKey,
} from '#lib/masking/index';
import type { DetectorName, MaskPlan, MaskSpec } from '#lib/masking/model';
import type { Catalog, SqlFacts } from '#lib/sql/model';
import { fromServer } from '../codec/types.ts';
import { message } from '../codec/write.ts';

/** The data of a COPY … TO STDOUT, hidden where the plan says so. */
export class CopyOut {
  readonly #masker: CopyMasker | null;
  readonly #search: CopySearch | null;

  constructor(masker: CopyMasker | null, search: CopySearch | null) {
    this.#masker = masker;
    this.#search = search;
  }

  get maskedFields(): number {
    return (this.#masker?.maskedFields ?? 0) + this.detectedFields;
  }

  get detectedFields(): number {
    return this.#search?.hiddenFields ?? 0;
  }

  /** The CopyData message for these bytes, or null when they are kept until more have come. */
  data(bytes: Buffer): Buffer | null {
    const masked = this.#masker?.push(bytes) ?? bytes;
    return framed(this.#search?.push(masked) ?? masked);
  }

  end(): Buffer | null {
    return this.#masker === null ? null : framed(this.#masker.finish());
  }
}

function framed(bytes: Uint8Array): Buffer | null {
  if (bytes.length === 0) return null;
  return message(fromServer.copyData, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** What is not known of a computed column: it is searched as text. */
const textOid = 25;

/** Null: nothing is hidden. Types come from the catalog, since COPY describes no columns. */
export function copyOut(
  plan: MaskPlan,
  options: CopyOptions,
  facts: SqlFacts,
  catalog: Catalog,
  key: MaskKey,
  detect: readonly DetectorName[],
): CopyOut | null {
  const search = plan.everything
    ? null
    : copySearch(options, detect, (index) =>
        detectingMasker(typeOf(facts, index, catalog) || textOid, 0, detect),
      );
  if (!plan.everything && plan.outputs.length === 0) {
    return search === null ? null : new CopyOut(null, search);
  }
  const byIndex = new Map<number, MaskSpec | 'full'>(plan.outputs.map(({ index, mask }) => [index, mask]));
  const format = options.format === 'binary' ? 1 : 0;
  const masker = copyMasker(options, (index) => {
    const mask = plan.everything ? 'full' : byIndex.get(index);
    return mask === undefined ? null : fieldMasker(mask, typeOf(facts, index, catalog), format, key);
  });
  return new CopyOut(masker, search);
}

function typeOf(facts: SqlFacts, index: number, catalog: Catalog): number {
  const output = facts.outputs?.[index];
  if (output?.kind !== 'column') return 0;
  const { schema, table, column } = output.column;
  return catalog.relation(schema, table)?.columns.find(({ name }) => name === column)?.typeOid ?? 0;
}
