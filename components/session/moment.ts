import type {
  ApprovalRecord,
  IntentRecord,
  NoticeRecord,
  OutcomeRecord,
  RequestRecord,
  ResponseRecord,
  RowsRecord,
  StatementRecords,
} from '#lib/recording/model';

/** Everything that a recording says of one statement. */
export interface Moment {
  readonly intent: IntentRecord;
  readonly outcome: OutcomeRecord | null;
  readonly columns: NonNullable<RowsRecord['columns']>;
  readonly rows: RowsRecord['rows'];
  /** More rows were sent to the agent than are kept or shown here. */
  readonly truncated: boolean;
  readonly notices: readonly NoticeRecord[];
  readonly approvals: readonly ApprovalRecord[];
  readonly request: RequestRecord | null;
  readonly response: ResponseRecord | null;
  /** Something was drawn on a terminal for it. */
  readonly drew: boolean;
}

export const rowsShownMax = 500;

/** What the records of the statement say whose intent is `seq`; null when it is not among them. */
export function momentOf(found: StatementRecords, seq: number): Moment | null {
  const { records } = found;
  const intent = records.find((record) => record.seq === seq)?.body;
  if (intent?.kind !== 'intent') return null;
  let outcome: OutcomeRecord | null = null;
  let request: RequestRecord | null = null;
  let response: ResponseRecord | null = null;
  let columns: Moment['columns'] = [];
  let { truncated } = found;
  let drew = false;
  const rows: RowsRecord['rows'][number][] = [];
  const notices: NoticeRecord[] = [];
  const approvals: ApprovalRecord[] = [];
  for (const { body } of records) {
    if (!('of' in body) || body.of !== seq) continue;
    if (body.kind === 'outcome') outcome = body;
    else if (body.kind === 'notice') notices.push(body);
    else if (body.kind === 'approval') approvals.push(body);
    else if (body.kind === 'terminal') drew ||= body.stream === 'out';
    else if (body.kind === 'request') request = body;
    else if (body.kind === 'response') response = body;
    else if (body.kind === 'rows') {
      columns = body.columns ?? columns;
      const room = rowsShownMax - rows.length;
      rows.push(...body.rows.slice(0, room));
      truncated ||= body.truncated || body.rows.length > room;
    }
  }
  return { intent, outcome, columns, rows, truncated, notices, approvals, request, response, drew };
}
