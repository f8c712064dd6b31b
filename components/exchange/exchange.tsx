import type { RecordedBody, RecordedHeaders, RequestRecord, ResponseRecord } from '#lib/recording/model';
import { Badge } from '../ui/badge.tsx';
import { CopyText } from '../ui/copy.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatBytes, plural } from '../ui/number.tsx';
import { Section } from '../ui/section.tsx';
import { shownBody } from './body-text.ts';
import { FindableText } from './findable-text.tsx';

/** A request and what came back, as the agent sent and saw them. */
export function Exchange({ request, response }: { request: RequestRecord; response: ResponseRecord | null }) {
  return (
    <>
      <Section title="Request, as the agent sent it">
        <RequestLine request={request} />
        <Headers of="request" headers={request.headers} />
        <Body of="request" body={request.body} />
      </Section>
      <Section title="Response, as the agent saw it">
        {response ? (
          <>
            <p className="flex items-center gap-2 text-sm">
              <Badge tone={toneOf(response.status)}>{response.status}</Badge>
              <span className="text-ink-faint">{classOf(response.status)}</span>
            </p>
            <Headers of="response" headers={response.headers} />
            <Body of="response" body={response.body} />
          </>
        ) : (
          <p className="text-sm text-ink-faint">None is recorded.</p>
        )}
      </Section>
    </>
  );
}

function RequestLine({ request: { method, path } }: { request: RequestRecord }) {
  const [place = '', ...query] = path.split('?');
  const parameters = query
    .join('?')
    .split('&')
    .filter((part) => part !== '');
  return (
    <div className="space-y-1 font-mono text-xs">
      <p className="[overflow-wrap:anywhere]">
        <strong className="mr-2 font-semibold text-accent">
          <InertText text={method} />
        </strong>
        <InertText text={place} />
      </p>
      {parameters.length > 0 ? (
        <ul aria-label="Query" className="border-l pl-2 text-ink-soft">
          {parameters.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a query may say the same twice.
            <li key={index} className="[overflow-wrap:anywhere]">
              <InertText text={part} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Headers({ of, headers }: { of: string; headers: RecordedHeaders }) {
  if (headers.length === 0) return null;
  return (
    <details className="rounded-md border px-2.5 py-1.5 text-xs">
      <summary className="cursor-pointer text-ink-soft">{plural(headers.length, `${of} header`)}</summary>
      <dl className="mt-1.5 space-y-1 font-mono">
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand there twice.
          <div key={index} className="[overflow-wrap:anywhere]">
            <dt className="inline text-ink-faint">
              <InertText text={name} />:{' '}
            </dt>
            <dd className="inline">
              <InertText text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Body({ of, body }: { of: string; body: RecordedBody | null }) {
  if (body === null) return <p className="text-xs text-ink-faint">No body.</p>;
  const { text, form, isCut } = shownBody(body);
  const kept = body.truncated ? '; more passed than is kept' : isCut ? '; more is kept than is shown' : '';
  return (
    <div className="space-y-1.5">
      {text === '' ? null : <FindableText text={text} label={`Body of the ${of}`} />}
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-faint">
        <span>
          {form}, <InertText text={body.mediaType ?? 'no media type'} />, {formatBytes(body.bytes)}
          {kept}
        </span>
        <CopyText text={body.digest} shorten={8} label={`digest of the ${of}’s body`} />
      </p>
    </div>
  );
}

function toneOf(status: number): 'positive' | 'neutral' | 'pending' | 'negative' {
  if (status >= 500) return 'negative';
  if (status >= 400) return 'pending';
  return status >= 300 ? 'neutral' : 'positive';
}

function classOf(status: number): string {
  if (status >= 500) return 'the target failed';
  if (status >= 400) return 'refused by the target';
  if (status >= 300) return 'sent elsewhere';
  return status >= 200 ? 'done' : 'going on';
}
