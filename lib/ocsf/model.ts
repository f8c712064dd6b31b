// OCSF 1.8 events (schema.ocsf.io): what a SIEM reads without a mapping of its own.

export const ocsfVersion = '1.8.0';

/** One of ours. */
interface Ref {
  readonly id: string;
  readonly name: string;
}

/** The members that every event of ours has, whatever its class. */
export interface OcsfEvent {
  readonly category_uid: 3 | 6;
  readonly category_name: string;
  readonly class_uid: number;
  readonly class_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  /** class_uid × 100 + activity_id */
  readonly type_uid: number;
  readonly type_name: string;
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: number;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly message: string;
  readonly metadata: {
    readonly version: string;
    readonly uid: string;
    readonly product: { readonly name: string; readonly vendor_name: string };
    readonly profiles: readonly string[];
  };
  readonly [member: string]: unknown;
}

/** A statement, as the search knows it. */
export interface StatementFact {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: Date;
  readonly agent: Ref;
  readonly resource: Ref;
  readonly tag: string;
  readonly text: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly outcome: 'completed' | 'failed' | 'refused' | 'pending' | 'cancelled' | 'unknown';
  readonly policies: readonly string[];
  readonly ticket: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly rows: number | null;
  readonly bytesOut: number;
  readonly durationUs: number | null;
  readonly clientAddress: string | null;
}

/** A grant that was given or taken away. */
export interface AccessFact {
  readonly entryId: string;
  readonly at: Date;
  readonly by: Ref;
  readonly agent: Ref;
  readonly resource: Ref;
  readonly grantId: string;
  readonly actions: readonly string[];
  readonly change: 'given' | 'taken';
  readonly message: string;
}

/** Something that happened to one of our own objects: a request was filed, a session was closed. */
export interface ObjectFact {
  readonly entryId: string;
  readonly at: Date;
  readonly by: Ref;
  /** `approval.requested`, `session.closed` */
  readonly operation: string;
  readonly change: 'create' | 'update' | 'delete';
  readonly objects: readonly (Ref & { readonly type: string })[];
  readonly failed: boolean;
  readonly message: string;
}
