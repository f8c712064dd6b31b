import type { ApprovalCard } from '#proxy/control/control-plane';
import type { Estimate } from '../estimate.ts';
import type { FactsView } from './facts-view.ts';
import type { Judged } from './judged.ts';

const number = new Intl.NumberFormat('en-US');

/** What an approver reads beside the statement; its first line is also the agent's. */
export function cardOf(judged: Judged, estimate: Estimate, inTransaction: boolean): ApprovalCard {
  const { views, decision } = judged;
  const rule = decision.policies[0];
  const notes = views.some(copiesFrom) ? ['the data that is copied in is not seen'] : [];
  if (estimate.note !== null) notes.push(estimate.note);
  return {
    verdict: views.map((view) => verdict(view, estimate)).join('; then '),
    tag: views.map(({ kind: { tag } }) => tag).join('; '),
    actions: unique(views.flatMap(({ kind: { actions } }) => actions)),
    objects: unique(views.flatMap(({ kind: { objects } }) => objects)),
    hasWhere: hasWhere(views),
    rowEstimate: estimate.rows,
    rowsTotal: estimate.total,
    estimateNote: notes.length === 0 ? null : notes.join('; '),
    setsOff: unique(views.flatMap(({ facts }) => facts.setsOff)),
    functions: unique(
      views.flatMap(({ facts }) => facts.functions.map(({ schema, name }) => `${schema}.${name}`)),
    ),
    inTransaction,
    rule: { id: rule?.id ?? 'default', message: decision.message },
  };
}

function copiesFrom({ facts }: FactsView): boolean {
  return facts.requests.some(({ member }) => member === 'copy_from');
}

/** "Deletes about 49 of 50,000 rows in public.orders; not reversible" */
export function verdict(view: FactsView, estimate: Estimate): string {
  const { facts } = view;
  const where = targets(view) || view.kind.objects.join(', ') || 'nothing that is named';
  switch (facts.tag) {
    case 'DELETE':
      return `Deletes ${rows(estimate)} in ${where}; not reversible`;
    case 'UPDATE':
      return `Changes ${rows(estimate)} in ${where}; not reversible`;
    case 'MERGE':
      return `Merges ${rows(estimate)} into ${where}; not reversible`;
    case 'INSERT':
      return `Adds ${estimate.rows === null ? 'rows' : `${about(estimate)}${plural(estimate.rows)}`} to ${where}`;
    case 'COPY':
      if (!copiesFrom(view)) return `COPY on ${where}`;
      return `Copies ${estimate.rows === null ? 'rows' : plural(estimate.rows)} into ${where}`;
    case 'TRUNCATE TABLE':
    case 'TRUNCATE':
      return `Empties ${where}${estimate.total === null ? '' : `, about ${plural(estimate.total)}`}; not reversible`;
    default:
      if (facts.tag.startsWith('DROP')) return `${facts.tag} ${where}; not reversible`;
      return `${facts.tag} on ${where}`;
  }
}

function rows(estimate: Estimate): string {
  if (estimate.rows === null) return 'an unknown number of rows';
  const counted = about(estimate) + number.format(estimate.rows);
  const total = estimate.total;
  return total !== null && total >= estimate.rows
    ? `${counted} of ${number.format(total)} rows`
    : `${counted} rows`;
}

function about({ isExact }: Estimate): string {
  return isExact === true ? '' : 'about ';
}

function plural(count: number): string {
  return count === 1 ? '1 row' : `${number.format(count)} rows`;
}

function targets({ facts }: FactsView): string {
  const written = facts.requests
    .filter(({ action, object }) => action === 'write' && object.kind === 'table')
    .map(({ object }) => (object.kind === 'table' ? `${object.schema}.${object.name}` : ''));
  return unique(written).join(', ');
}

function hasWhere(views: readonly FactsView[]): boolean | null {
  const said = views
    .map(({ facts }) => facts.attributes.has_where)
    .filter((value) => typeof value === 'boolean');
  return said.length === 0 ? null : said.every(Boolean);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
