import { csvLine } from './csv.ts';
import type { PackItem } from './data.ts';

/** The columns of an Entra access review's history report first, then ours. */
const columns = [
  'Review name',
  'Review status',
  'Principal name',
  'Principal type',
  'Resource name',
  'Access',
  'Reviewer name',
  'Decision',
  'Justification',
  'Reviewed date',
  'Recommendation',
  'Applied result',
  'Position',
  'Item',
  'Grant',
  'Environment',
  'Actions',
  'Scope',
  'Grant ends',
  'Grant source',
  'Privileged',
  'Agent owner',
  'Duty',
  'Superseded',
  'Dwell seconds',
  'Evidence opened',
  'Used permissions',
  'Unused permissions',
  'Unobservable permissions',
  'Uses',
  'Last used',
  'Refused statements',
  'Second look',
  'Evidence SHA-256',
] as const;

export const decisionsHeader = csvLine(columns);

/** One line for each decision of an item; an item without one still has its line. */
export function decisionLines(review: string, item: PackItem): string {
  const superseded = new Set(item.decisions.flatMap((one) => one.supersedes ?? []));
  const decisions = item.decisions.length > 0 ? item.decisions : [null];
  const removal = item.removals.at(-1)?.state ?? (item.state === 'excepted' ? 'excepted' : null);
  return decisions
    .map((one) =>
      csvLine([
        review,
        'Signed',
        item.grant.agent.name,
        'Agent',
        item.grant.resource.name,
        item.sentence,
        one?.by.name ?? null,
        one?.choice ?? 'not_reviewed',
        one?.reason ?? null,
        one?.at ?? null,
        item.recommendation,
        removal,
        item.position,
        item.id,
        item.grant.id,
        item.grant.resource.environment,
        item.grant.actions.join(' '),
        item.grant.scope.join(' '),
        item.grant.endsAt,
        item.grant.source,
        item.privileged,
        item.grant.agent.owner?.name ?? null,
        one?.duty ?? null,
        one ? superseded.has(one.id) : null,
        one?.dwellMs === null || one?.dwellMs === undefined ? null : one.dwellMs / 1000,
        one?.evidenceOpened.length ?? null,
        item.evidence.totals.used,
        item.evidence.totals.unused,
        item.evidence.totals.unobservable,
        item.evidence.seen.reduce((sum, permission) => sum + permission.count, 0),
        lastUsed(item),
        item.evidence.attempts.denied,
        secondLook(item),
        item.evidenceHash,
      ]),
    )
    .join('');
}

function lastUsed(item: PackItem): string | null {
  const times = item.evidence.seen.flatMap((permission) => permission.lastAt ?? []);
  return times.sort().at(-1) ?? null;
}

function secondLook(item: PackItem): string | null {
  if (!item.spotCheck) return null;
  if (!item.spotCheck.drawn) return 'not drawn';
  return item.spotCheck.answers.at(-1)?.outcome ?? 'not taken';
}
