import type { DetectorName, MaskKind } from '#lib/masking/model';
import type { MaskOptions } from '#lib/masking/schema';
import type { PersonRef } from '#lib/people/model';

export const resourceKinds = ['postgres', 'kubernetes', 'ssh', 'http'] as const;
export type ResourceKind = (typeof resourceKinds)[number];
export const environments = ['production', 'staging', 'development'] as const;
export type Environment = (typeof environments)[number];
export const tlsModes = ['disable', 'require', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

export const loginKinds = ['password', 'entra'] as const;
export type LoginKind = (typeof loginKinds)[number];

/** What libpq and JDBC call by oid for large objects, all in pg_catalog. */
export const largeObjectFunctions = [
  'lo_open',
  'lo_close',
  'lo_creat',
  'lo_create',
  'lo_unlink',
  'lo_lseek',
  'lo_lseek64',
  'lo_tell',
  'lo_tell64',
  'lo_truncate',
  'lo_truncate64',
  'loread',
  'lowrite',
] as const;

/** How agents' sessions stand on a target; what is left out is as if unset. */
export interface ResourceSettings {
  /** `entra`: the password is a token of Microsoft Entra, got anew as it expires. */
  readonly login?: LoginKind | undefined;
  /** Role that an agent's sessions run under on the target, by the agent's name; `*`: every other agent. */
  readonly roles?: Readonly<Record<string, string>> | undefined;
  /** Sessions that one agent may have at a time, on all workers together. */
  readonly connectionsMax?: number | undefined;
  /** What FunctionCall messages may call: `schema.name`, or `large_objects` for what drivers need for these. */
  readonly functionCalls?: readonly string[] | undefined;
  /** What is searched for in text and JSON that comes back, and hidden. */
  readonly detect?: readonly DetectorName[] | undefined;
}

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
  /** lib/masking/options: what more it says. */
  readonly options: MaskOptions;
  /** Why it is masked, as whoever masked it wrote; null: nobody said. */
  readonly reason: string | null;
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
  /** The gateway's own certificate for this target, PEM; its key can't be read back. */
  readonly tlsCertificate: string | null;
  readonly hasTlsKey: boolean;
  readonly settings: ResourceSettings;
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

export const probeSteps = ['dns', 'tcp', 'tls', 'login', 'rights'] as const;

/** One thing that has to work before the next can. */
export interface ProbeStep {
  readonly name: (typeof probeSteps)[number];
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What was seen, or what to do. */
  readonly message: string;
  readonly ms: number;
}

/** The gateway's own role on the target. */
export interface GatewayRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly createsRoles: boolean;
  /** Tables and views that it owns itself or through a role that it is a member of. */
  readonly owns: number;
  readonly readable: number;
}

/** A role of the target that can log in. */
export interface LoginRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly createsRoles: boolean;
  readonly validUntil: Date | null;
  /** The one that the gateway uses. */
  readonly gateway: boolean;
}

/** A session on the target that did not come through the gateway. */
export interface Stranger {
  readonly role: string;
  /** Null: the gateway's role may not see it. */
  readonly address: string | null;
  readonly application: string;
  readonly since: Date | null;
  /** It uses the gateway's own role: somebody else knows its password. */
  readonly sameRole: boolean;
}

export interface MaskSuggestion {
  /** schema.table.column */
  readonly column: string;
  readonly kind: MaskKind;
  /** "called ssn", "12 of 50 values look like a card number" */
  readonly why: string;
}

export interface ResourceTest {
  readonly ok: boolean;
  readonly steps: readonly ProbeStep[];
  readonly serverVersion: string | null;
  readonly role: GatewayRole | null;
  readonly loginRoles: readonly LoginRole[];
  readonly strangers: readonly Stranger[];
  readonly suggestions: readonly MaskSuggestion[];
  /** Kinds of findings that are open after it. */
  readonly findings: readonly string[];
}
