import type { MaskKind } from '#lib/masking/model';
import type { PersonRef } from '#lib/people/model';

export const resourceKinds = ['postgres', 'kubernetes', 'ssh', 'http'] as const;
export type ResourceKind = (typeof resourceKinds)[number];
export const environments = ['production', 'staging', 'development'] as const;
export type Environment = (typeof environments)[number];
export const tlsModes = ['disable', 'require', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

export interface ResourceRow {
  readonly id: string;
  readonly name: string;
  readonly kind: ResourceKind;
  readonly environment: Environment;
  /** host:port/database */
  readonly address: string;
  readonly owner: PersonRef | null;
  readonly masks: number;
  readonly grants: number;
  readonly agents: number;
  readonly liveSessions: number;
  readonly lastSessionAt: Date | null;
  readonly endedAt: Date | null;
  readonly managedBy: string;
}

export interface MaskRow {
  readonly id: string;
  readonly resourceId: string;
  /** schema.table.column */
  readonly column: string;
  readonly kind: MaskKind;
  readonly lookup: 'none' | 'equality';
  readonly managedBy: string;
  readonly createdAt: Date;
}

export interface ResourceDetail extends ResourceRow {
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly username: string | null;
  /** The credential itself can't be read back. */
  readonly hasCredential: boolean;
  readonly tls: TlsMode;
  readonly caCertificate: string | null;
  readonly durability: 'process' | 'disk';
  /** Groups whose approvers answer for it. */
  readonly approverGroups: readonly { readonly id: string; readonly name: string }[];
  readonly maskRows: readonly MaskRow[];
  readonly createdAt: Date;
  readonly may: { readonly change: boolean };
}

/** One object of the target's catalog, as a gateway saw it last. */
export interface ResourceObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'sequence' | 'function';
  readonly columns: readonly {
    readonly name: string;
    readonly mask: MaskRow | null;
  }[];
  readonly seenAt: Date;
  /** Set when a later read no longer found it. */
  readonly goneAt: Date | null;
}
