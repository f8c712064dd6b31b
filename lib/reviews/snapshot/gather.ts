import { createHash } from 'node:crypto';
import type { Tx } from '#lib/db/client';
import type { CatalogObject } from '#lib/usage/index';
import type { EvidenceLink, GrantSnapshot, SnapshotRecord } from '../model.ts';

import {
  approvalsQuery,
  catalogQuery,
  findingsQuery,
  previousQuery,
  sessionsQuery,
  unknownQuery,
  usageQuery,
} from './queries.ts';

export interface UsageRow {
  grant_id: string;
  action: string;
  object: string;
  used: number;
  only_this: number;
  denied: number;
  held: number;
  source_rows: number;
  last_at: Date | null;
  recent: EvidenceLink[] | null;
}

export interface SessionsRow {
  grant_id: string;
  sessions: number;
  interrupted: number;
  denied: number;
  held: number;
}

export interface ApprovalsRow {
  agent_id: string;
  resource_id: string;
  asked: number;
  approved: number;
  denied: number;
  approvers: { id: string; name: string }[];
}

export interface FindingRow {
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  summary: string;
}

export interface PreviousRow {
  grant_id: string;
  same_grant: boolean;
  grant_snapshot: GrantSnapshot;
  seen: { action: string; object: string; count: number }[] | null;
}

/** Everything that was read for a snapshot, by what it is looked up with. */
export interface Gathered {
  readonly usage: ReadonlyMap<string, readonly UsageRow[]>;
  readonly sessions: ReadonlyMap<string, SessionsRow>;
  readonly unknown: ReadonlyMap<string, number>;
  /** Key: agent id, blank, resource id. */
  readonly approvals: ReadonlyMap<string, ApprovalsRow>;
  /** Key: kind, blank, id. */
  readonly findings: ReadonlyMap<string, readonly FindingRow[]>;
  readonly previous: ReadonlyMap<string, PreviousRow>;
  readonly catalog: ReadonlyMap<string, readonly CatalogObject[]>;
  readonly usageRows: number;
  readonly queries: SnapshotRecord['queries'];
}

/** Reads the evidence of all grants at once: seven queries, whatever the number of items. */
export async function gather(
  tx: Tx,
  grantIds: readonly string[],
  period: { readonly from: Date; readonly to: Date },
): Promise<Gathered> {
  const queries: SnapshotRecord['queries'][number][] = [];
  const ask = async <Row>(name: string, text: string): Promise<Row[]> => {
    const rows = await tx.$queryRawUnsafe<Row[]>(text, grantIds, period.from, period.to);
    queries.push(queryRecord(name, text, rows.length));
    return rows;
  };
  const usage = await ask<UsageRow>('usage', usageQuery);
  const sessions = await ask<SessionsRow>('sessions', sessionsQuery);
  const unknown = await ask<{ grant_id: string; statements: number }>('unknown outcomes', unknownQuery);
  const approvals = await ask<ApprovalsRow>('approvals', approvalsQuery);
  const findings = await ask<FindingRow>('findings', findingsQuery);
  const previous = await ask<PreviousRow>('last certification', previousQuery);
  const catalog = await ask<CatalogObject & { resource_id: string }>('catalog', catalogQuery);
  return {
    usage: Map.groupBy(usage, (row) => row.grant_id),
    sessions: new Map(sessions.map((row) => [row.grant_id, row])),
    unknown: new Map(unknown.map((row) => [row.grant_id, row.statements])),
    approvals: new Map(approvals.map((row) => [`${row.agent_id} ${row.resource_id}`, row])),
    findings: Map.groupBy(findings, (row) => `${row.subject_kind} ${row.subject_id}`),
    previous: new Map(previous.map((row) => [row.grant_id, row])),
    catalog: Map.groupBy(catalog, (row) => row.resource_id),
    usageRows: usage.reduce((sum, row) => sum + row.source_rows, 0),
    queries,
  };
}

export function queryRecord(name: string, text: string, rows: number): SnapshotRecord['queries'][number] {
  const trimmed = text.trim();
  return { name, sha256: createHash('sha256').update(trimmed).digest('hex'), text: trimmed, rows };
}
