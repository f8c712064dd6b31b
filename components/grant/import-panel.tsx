import type { GrantImportDetail, ImportedChange } from '#lib/grants/imports/model';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount, plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';

const kinds: readonly (readonly [ImportedChange['kind'], string])[] = [
  ['added', 'New'],
  ['changed', 'Changed, in place of what stood'],
  ['ended', 'Gone'],
];

/** One reading: when, by whom, and which grants it changed here. */
export function ImportPanel({ reading }: { reading: GrantImportDetail }) {
  const byKind = Map.groupBy(reading.changes, (one) => one.kind);
  const count = reading.added + reading.changed + reading.ended;
  return (
    <>
      <p className="text-lg leading-6 font-semibold text-balance">
        {reading.source} gave {plural(reading.rows, 'grant')}
      </p>
      <Facts>
        <Fact term="Read">
          <RelativeTime at={reading.readAt} />
        </Fact>
        <Fact term="Taken over">
          <RelativeTime at={reading.at} /> by <InertText text={reading.by} />
        </Fact>
        <Fact term="Hash">
          <CopyText text={reading.digest} shorten={16} label="hash of the reading" />
        </Fact>
      </Facts>
      {count === 0 ? <p className="text-sm text-ink-soft">It is as it was read before.</p> : null}
      {kinds.map(([kind, title]) => {
        const changes = byKind.get(kind) ?? [];
        return changes.length > 0 ? (
          <Section key={kind} title={`${title} (${formatCount(reading[kind])})`}>
            <ul className="divide-y rounded-md border text-sm">
              {changes.map((change) => (
                <Change key={change.grantId} change={change} />
              ))}
            </ul>
          </Section>
        ) : null;
      })}
      {count > reading.changes.length ? (
        <p className="text-sm text-ink-soft">
          {plural(count - reading.changes.length, 'more change')}: see the list of grants.
        </p>
      ) : null}
    </>
  );
}

function Change({ change }: { change: ImportedChange }) {
  return (
    <li className="space-y-0.5 px-2.5 py-1.5">
      <TextLink href={`/grants?view=all&open=${change.grantId}`}>
        {change.agent} → {change.resource}
      </TextLink>
      <p>
        {change.actions.join(', ')} on{' '}
        <code className="font-mono text-xs break-all">
          <InertText text={change.scope.join(', ')} />
        </code>
      </p>
      <p className="text-ink-soft break-words">
        <InertText text={change.reason} />
      </p>
      <p className="font-mono text-xs text-ink-faint break-all">
        <InertText text={change.externalId} />
      </p>
    </li>
  );
}
