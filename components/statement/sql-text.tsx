import { classNames } from '../ui/class-names.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { type SqlTokenKind, sqlTokens } from './sql-tokens.ts';

const looks: Readonly<Record<SqlTokenKind, string>> = {
  keyword: 'text-accent',
  masked: 'rounded bg-veiled-wash px-1 text-veiled',
  danger: 'rounded-sm bg-negative-wash font-semibold text-negative',
  string: 'text-positive',
  number: 'text-pending',
  comment: 'text-ink-faint italic',
  parameter: 'text-veiled',
  name: 'text-ink',
  plain: '',
};

// Longer statements are shown in one colour: a span for each token would make the page heavy.
const colouredCharsMax = 20_000;

/** The whole statement, coloured, dangerous words marked, hidden characters revealed. */
export function SqlBlock({ text, label, className }: { text: string; label: string; className?: string }) {
  return (
    <CodeBlock label={label} className={classNames('max-h-[26rem]', className)}>
      <SqlTokens text={text} />
    </CodeBlock>
  );
}

/** One line of it, for lists. */
export function SqlLine({ text, className }: { text: string; className?: string }) {
  const line = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return (
    <code className={classNames('block truncate font-mono text-xs', className)}>
      <SqlTokens text={line.replace(/\s+/g, ' ')} />
    </code>
  );
}

function SqlTokens({ text }: { text: string }) {
  if (text.length > colouredCharsMax) return <InertText text={text} />;
  return (
    <bdi>
      {sqlTokens(text).map((token) => (
        <span key={token.at} className={looks[token.kind] || undefined}>
          <InertText text={token.text} />
        </span>
      ))}
    </bdi>
  );
}
