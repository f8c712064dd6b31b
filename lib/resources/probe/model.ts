import type { MaskKind } from '#lib/masking/model';

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
