/** Systems that give access past this gateway. */
export const importSources = ['azure-rbac', 'entra'] as const;
export type ImportSource = (typeof importSources)[number];

/** A file that a person uploads; some 20,000 grants. A connector's reading may be larger. */
export const fileCharsMax = 4_000_000;

/** Everything that a source gave at one moment. What is not in it was not there. */
export interface GrantReading {
  readonly source: ImportSource;
  readonly readAt: Date;
  readonly grants: readonly ReadGrant[];
}

export interface ReadGrant {
  /** What the source calls it: the id of a role assignment. */
  readonly externalId: string;
  /** Names of an agent and a resource that are known here. */
  readonly agent: string;
  readonly resource: string;
  readonly actions: readonly ('read' | 'write' | 'schema' | 'execute' | 'admin' | 'egress')[];
  readonly scope: readonly string[];
  /** "Contributor on the resource group shop" */
  readonly reason: string;
  readonly endsAt?: Date | null | undefined;
}

export interface ImportResult {
  readonly importId: string;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly unchanged: number;
}

export interface GrantImportView {
  readonly id: string;
  readonly source: ImportSource;
  readonly readAt: Date;
  readonly digest: string;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly by: string;
  readonly at: Date;
}

/** What one reading changed of one grant. */
export interface ImportedChange {
  readonly grantId: string;
  readonly externalId: string;
  readonly agent: string;
  readonly resource: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly reason: string;
  readonly kind: 'added' | 'changed' | 'ended';
}

export interface GrantImportDetail extends GrantImportView {
  /** At most 200; the counts say how many there are. */
  readonly changes: readonly ImportedChange[];
}
