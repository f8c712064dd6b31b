/** What a pack holds, in the order of the container. */
export const contentFiles = [
  'decisions.csv',
  'operations.csv',
  'pack.json',
  'report.pdf',
  'statements.jsonl',
] as const;
export type ContentFile = (typeof contentFiles)[number];

export const manifestFile = 'manifest.json';

/** Not hashed by the manifest: they speak of it. */
export const proofFiles = ['proof/entry.json', 'proof/key.txt', 'proof/sign-off.json'] as const;

export const packOrder: readonly string[] = [...contentFiles, manifestFile, ...proofFiles];

export interface Manifest {
  readonly format: 'countersign-pack-manifest';
  readonly version: 1;
  readonly campaignId: string;
  /** SHA-256 in lower-case hex of every file outside `proof/`, by name. */
  readonly files: Readonly<Record<ContentFile, string>>;
}
