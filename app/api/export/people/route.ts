import { listPeople } from '#lib/people/index';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** People with their roles as CSV. */
export const GET = csvExport({
  what: 'people',
  filterOf: () => ({}),
  load: async (context) => ({ rows: await listPeople(context), next: null }),
  columns: [
    ['person_id', (row) => row.id],
    ['name', (row) => row.name],
    ['emails', (row) => row.emails.join('; ')],
    ['roles', (row) => row.roles.map(({ role, source }) => `${role} (${source})`).join('; ')],
    ['groups', (row) => row.groups.map(({ name }) => name).join('; ')],
    ['owned_agents', (row) => row.ownedAgents],
    ['last_sign_in_at', (row) => row.lastSignInAt],
    ['left_at', (row) => row.leftAt],
    ['managed_by', (row) => row.managedBy],
  ],
});
