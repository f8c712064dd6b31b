import type { IntentRecord, OutcomeRecord, RecordBody, RowsRecord } from '#lib/recording/model';
import { listJson, text, textOrNull, whole } from './json-parts.ts';

// JSON of the records that are written for every statement.

/** The same bytes as `JSON.stringify(body)`, up to the order of members. */
export function bodyJson(body: RecordBody): string {
  if (body.kind === 'intent') return intentJson(body);
  if (body.kind === 'outcome') return outcomeJson(body);
  if (body.kind === 'rows') return rowsJson(body);
  return JSON.stringify(body);
}

/** What one intent has in common with the next of the same statement and decision. */
interface Repeated {
  readonly body: IntentRecord;
  readonly json: string;
}

/** What was written last for a statement, by its list of objects: nearly always it comes again. */
const intents = new WeakMap<object, Repeated>();

function repeated(body: IntentRecord): Repeated {
  const known = intents.get(body.objects);
  if (known !== undefined && isSameIntent(known.body, body)) return known;
  const made = { body: { ...body, parameters: null }, json: intentRest(body) };
  intents.set(body.objects, made);
  return made;
}

/** The same object for records that may be written as like each other; null: always written whole. */
export function likeness(body: RecordBody): object | null {
  if (body.kind === 'intent') return repeated(body);
  return body.kind === 'rows' ? body.columns : null;
}

/** Only what differs from the record `like`, which has the same likeness. */
export function shortJson(body: IntentRecord | RowsRecord, like: number): string {
  if (body.kind === 'intent') {
    return `{"kind":"intent","like":${like},"parameters":${parametersJson(body)},"ticket":${textOrNull(body.ticket)}}`;
  }
  return `{"kind":"rows","like":${like},${rowsRest(body)}`;
}

function parametersJson({ parameters }: IntentRecord): string {
  return parameters === null ? 'null' : JSON.stringify(parameters);
}

function intentJson(body: IntentRecord): string {
  const { json } = repeated(body);
  return `{"kind":"intent","parameters":${parametersJson(body)},"ticket":${textOrNull(body.ticket)},${json}`;
}

function isSameIntent(a: IntentRecord, b: IntentRecord): boolean {
  return (
    a.text === b.text &&
    a.tag === b.tag &&
    a.actions === b.actions &&
    a.factsDigest === b.factsDigest &&
    a.decision.outcome === b.decision.outcome &&
    a.decision.policies === b.decision.policies &&
    a.decision.message === b.decision.message &&
    a.decision.grantIds === b.decision.grantIds
  );
}

/** Everything but parameters and ticket. */
function intentRest({ decision, ...body }: IntentRecord): string {
  return `"text":${text(body.text)},"tag":${text(body.tag)},"actions":${listJson(
    body.actions,
  )},"objects":${listJson(body.objects)},"decision":{"outcome":"${decision.outcome}","policies":${listJson(
    decision.policies,
  )},"message":${textOrNull(decision.message)},"grantIds":${listJson(
    decision.grantIds,
  )}},"factsDigest":${text(body.factsDigest)}}`;
}

function rowsJson(body: RowsRecord): string {
  return `{"kind":"rows","columns":${body.columns === null ? 'null' : listJson(body.columns)},${rowsRest(body)}`;
}

function rowsRest(body: RowsRecord): string {
  return `"of":${whole(body.of)},"rows":${JSON.stringify(body.rows)},"truncated":${body.truncated}}`;
}

function outcomeJson(body: OutcomeRecord): string {
  return `{"kind":"outcome","of":${whole(body.of)},"status":"${body.status}","commandTag":${textOrNull(
    body.commandTag,
  )},"rows":${whole(body.rows)},"bytes":${whole(body.bytes)},"bytesDigest":${text(
    body.bytesDigest,
  )},"maskedFields":${whole(body.maskedFields)},"durationUs":${whole(body.durationUs)},"error":${
    body.error === null ? 'null' : JSON.stringify(body.error)
  }}`;
}
