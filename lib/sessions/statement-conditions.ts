import { invalid } from '#lib/core/errors';
import { decodeCursor } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import { seqMax } from './model.ts';
import type { statementFilter } from './schema.ts';
import { containing, searchWords } from './words.ts';

export type WantedStatements = ReturnType<typeof statementFilter.parse>;

export const newestFirst = Prisma.sql`at DESC, session_id DESC, seq DESC`;

export function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ');
}

/** What an ordered index carries: agent, resource, and where the page begins. */
export function placeOf(wanted: WantedStatements): readonly Prisma.Sql[] {
  const found: Prisma.Sql[] = [];
  if (wanted.agentId) found.push(Prisma.sql`agent_id = ${wanted.agentId}`);
  if (wanted.resourceId) found.push(Prisma.sql`resource_id = ${wanted.resourceId}`);
  if (wanted.cursor) {
    const [time, sessionId, place] = cursorOf(wanted.cursor);
    found.push(Prisma.sql`at <= ${time} AND (at, session_id, seq) < (${time}, ${sessionId}, ${place})`);
  }
  return found;
}

/** Everything else that is asked. */
export function conditionsOf(wanted: WantedStatements): readonly Prisma.Sql[] {
  const found: Prisma.Sql[] = [];
  if (wanted.grantId) found.push(Prisma.sql`grant_ids @> ARRAY[${wanted.grantId}]`);
  if (wanted.object) found.push(Prisma.sql`objects @> ARRAY[${wanted.object}]`);
  if (wanted.action) found.push(...actionIs(wanted.action));
  if (wanted.tag) found.push(Prisma.sql`tag = ${wanted.tag}`);
  if (wanted.decision) found.push(Prisma.sql`decision = ${wanted.decision}`);
  // Said in words where an index leaves out the many: by decision, outcome and action.
  if (wanted.decision && wanted.decision !== 'allow') found.push(Prisma.sql`decision <> 'allow'`);
  if (wanted.outcome) found.push(Prisma.sql`outcome = ${wanted.outcome}`);
  if (wanted.outcome && wanted.outcome !== 'completed') found.push(Prisma.sql`outcome <> 'completed'`);
  if (wanted.personId) {
    found.push(
      Prisma.sql`EXISTS (SELECT 1 FROM session s WHERE s.id = session_id AND s.owner_id = ${wanted.personId})`,
    );
  }
  if (wanted.purpose) {
    const words = searchWords(wanted.purpose).map((word) => Prisma.sql`purpose ILIKE ${containing(word)}`);
    found.push(Prisma.sql`session_id IN (SELECT id FROM session WHERE ${allOf(words)})`);
  }
  for (const word of searchWords(wanted.text ?? '')) {
    found.push(Prisma.sql`text ILIKE ${containing(word)}`);
  }
  return found;
}

function actionIs(action: string): readonly Prisma.Sql[] {
  const is = Prisma.sql`actions @> ARRAY[${action}]`;
  if (action === 'read' || action === 'write') return [is];
  return [is, Prisma.sql`actions && ARRAY['schema', 'execute', 'admin', 'egress']`];
}

/** The last place that was shown. */
export function cursorOf(cursor: string): readonly [at: Date, sessionId: string, seq: number] {
  const [at = '', sessionId = '', seq = ''] = decodeCursor(cursor, 3);
  const time = new Date(at);
  const place = Number(seq);
  if (Number.isNaN(time.getTime()) || !Number.isSafeInteger(place) || Math.abs(place) > seqMax) {
    throw invalid('The page marker in the address is not one of ours; open the list anew.');
  }
  return [time, sessionId, place];
}
