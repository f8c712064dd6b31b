import type { RecordBody, RecordedBody, RecordedHeaders } from '#lib/recording/model';

/** Everything in a record that a person may look for. */
export function* textsOf(body: RecordBody): Generator<string> {
  switch (body.kind) {
    case 'intent':
      yield body.text;
      yield* present(body.parameters ?? []);
      if (body.decision.message) yield body.decision.message;
      return;
    case 'outcome':
      if (body.error) yield body.error.message;
      return;
    case 'rows':
      for (const row of body.rows) yield* present(row);
      return;
    case 'approval':
      yield* present([body.ticket, body.by, body.reason]);
      return;
    case 'notice':
      yield body.message;
      return;
    case 'terminal':
      if (body.stream === 'out') yield decoded(body);
      return;
    case 'request':
      yield `${body.method} ${body.path}`;
      yield* parts(body.headers, body.body);
      return;
    case 'response':
      yield* parts(body.headers, body.body);
      return;
    case 'end':
      yield body.reason;
      return;
    case 'resize':
      return;
  }
}

function* parts(headers: RecordedHeaders, body: RecordedBody | null): Generator<string> {
  for (const [name, value] of headers) yield `${name}: ${value}`;
  if (body) yield decoded(body);
}

function decoded({ data, encoding }: Pick<RecordedBody, 'data' | 'encoding'>): string {
  return encoding === 'utf8' ? data : Buffer.from(data, 'base64').toString('utf8');
}

function* present(values: readonly (string | null)[]): Generator<string> {
  for (const value of values) if (value !== null) yield value;
}
