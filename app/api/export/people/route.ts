import { listPeople } from '#lib/people/index';
import { csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

const head = 'person_id name emails roles groups owned_agents last_sign_in_at left_at managed_by'.split(' ');

/** People with their roles as CSV. */
export async function GET(): Promise<Response> {
  return respond(async (context) => {
    const rows = await listPeople(context);
    const pages = (async function* () {
      yield rows;
    })();
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.name,
      row.emails.join('; '),
      row.roles.map(({ role, source }) => `${role} (${source})`).join('; '),
      row.groups.map(({ name }) => name).join('; '),
      row.ownedAgents,
      row.lastSignInAt,
      row.leftAt,
      row.managedBy,
    ]);
    return download(body, 'people.csv', 'text/csv; charset=utf-8');
  });
}
