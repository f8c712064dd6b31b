import { listApprovals } from '#lib/approvals/index';
import { approvalStates, approvalTabs } from '#lib/approvals/model';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

const head = [
  'ticket',
  'state',
  'verdict',
  'agent',
  'resource',
  'environment',
  'purpose',
  'purpose_tier',
  'rule',
  'created_at',
  'decided_at',
  'decided_by',
  'used_at',
  'session_id',
  'seq',
];

/** The inbox as CSV, in the tab and state of the page. */
export async function GET(request: Request): Promise<Response> {
  const params = new URL(request.url).searchParams;
  const tab = approvalTabs.find((one) => one === params.get('tab')) ?? 'pending';
  const state = approvalStates.find((one) => one === params.get('state'));
  return respond(async (context) => {
    const first = await listApprovals(context, { tab, state, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listApprovals(context, { tab, state, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.ticket,
      row.state,
      row.verdict,
      row.agent.name,
      row.resource.name,
      row.resource.environment,
      row.purpose?.text,
      row.purpose?.tier,
      row.rule,
      row.createdAt,
      row.decidedAt,
      row.decidedBy.join('; '),
      row.usedAt,
      row.sessionId,
      row.seq,
    ]);
    return download(body, `approvals-${tab}.csv`, 'text/csv; charset=utf-8');
  });
}
