import type { Tx } from '#lib/db/client';
import type { NewFinding } from './model.ts';

/** Escalation begins here (reviews.md): the clock's own steps are `lib/reviews/clock/steps`. */
const escalatedFrom = 6;

/** Open campaigns whose reviewers were escalated and still have not answered. */
export async function lateReviews(tx: Tx): Promise<readonly NewFinding[]> {
  return tx.$queryRaw<NewFinding[]>`
    SELECT 'review-late' AS kind, 'campaign' AS "subjectKind", c.id AS "subjectId",
      c.name || ' waits for ' || string_agg(DISTINCT p.name, ', ' ORDER BY p.name) || ': extend, delegate, or accept exceptions.' AS summary,
      jsonb_build_object('dueAt', c.due_at, 'undecided', (SELECT count(*) FROM campaign_item i
        WHERE i.campaign_id = c.id AND i.state IN ('open', 'partly', 'escalated'))) AS details
    FROM campaign c JOIN review_notice n ON n.campaign_id = c.id AND n.step >= ${escalatedFrom}
    JOIN person p ON p.id = n.person_id
    WHERE c.state = 'open' AND EXISTS (SELECT 1 FROM campaign_item i
      WHERE i.campaign_id = c.id AND i.state IN ('open', 'partly', 'escalated'))
    GROUP BY c.id`;
}

/** Reviews that a series made and nobody has launched yet. */
export async function unlaunchedReviews(tx: Tx): Promise<readonly NewFinding[]> {
  return tx.$queryRaw<NewFinding[]>`
    SELECT 'review-to-launch' AS kind, 'campaign' AS "subjectKind", c.id AS "subjectId",
      'The review ' || c.name || ' is set up: look at its population and launch it.' AS summary,
      jsonb_build_object('seriesId', c.series_id) AS details
    FROM campaign c WHERE c.state = 'draft' AND c.series_id IS NOT NULL AND c.created_by_kind = 'job'`;
}
