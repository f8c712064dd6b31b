import type { IntentRecord, OutcomeRecord, RecordBody, RowsRecord } from '#lib/recording/model';
import type { StatementRow } from '#proxy/control/control-plane';

// JSON of what is written for every statement. Lists that come with a cached statement are the same
// object each time, so their text is kept beside them; whoever passes a list must not change it.

const kept = new WeakMap<object, string>();

function listJson(list: readonly unknown[]): string {
  let json = kept.get(list);
  if (json === undefined) {
    json = JSON.stringify(list);
    kept.set(list, json);
  }
  return json;
}

const text: (value: string) => string = JSON.stringify;

function textOrNull(value: string | null): string {
  return value === null ? 'null' : text(value);
}

/** The same bytes as `JSON.stringify(body)`, up to the order of members. */
export function bodyJson(body: RecordBody): string {
  if (body.kind === 'intent') return intentJson(body);
  if (body.kind === 'outcome') return outcomeJson(body);
  if (body.kind === 'rows') return rowsJson(body);
  return JSON.stringify(body);
}

/** What was written last for a statement, by its list of objects: nearly always it comes again. */
const intents = new WeakMap<object, { readonly body: IntentRecord; readonly json: string }>();

function intentJson(body: IntentRecord): string {
  let known = intents.get(body.objects);
  if (known === undefined || !isSameIntent(known.body, body)) {
    known = { body: { ...body, parameters: null }, json: intentRest(body) };
    intents.set(body.objects, known);
  }
  const parameters = body.parameters === null ? 'null' : JSON.stringify(body.parameters);
  return `{"kind":"intent","parameters":${parameters},"ticket":${textOrNull(body.ticket)},${known.json}`;
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
  return `{"kind":"rows","of":${whole(body.of)},"columns":${
    body.columns === null ? 'null' : listJson(body.columns)
  },"rows":${JSON.stringify(body.rows)},"truncated":${body.truncated}}`;
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

/** As `intents`, for index rows. */
const indexed = new WeakMap<object, { readonly row: StatementRow; readonly json: string }>();

export function rowJson(row: StatementRow): string {
  let known = indexed.get(row.objects);
  if (known === undefined || !isSameStatement(known.row, row)) {
    known = { row, json: rowRest(row) };
    indexed.set(row.objects, known);
  }
  return `{"sessionId":${text(row.sessionId)},"seq":${whole(row.seq)},"at":"${row.at.toISOString()}","outcome":"${
    row.outcome
  }","ticket":${textOrNull(row.ticket)},"errorCode":${textOrNull(row.errorCode)},"errorText":${textOrNull(
    row.errorText,
  )},"rows":${whole(row.rows)},"bytesOut":${whole(row.bytesOut)},"maskedFields":${whole(
    row.maskedFields,
  )},"durationUs":${whole(row.durationUs)},${known.json}`;
}

function isSameStatement(a: StatementRow, b: StatementRow): boolean {
  return (
    a.agentId === b.agentId &&
    a.resourceId === b.resourceId &&
    a.tag === b.tag &&
    a.text === b.text &&
    a.actions === b.actions &&
    a.permissions === b.permissions &&
    a.decision === b.decision &&
    a.policies === b.policies &&
    a.grantIds === b.grantIds &&
    a.factsDigest === b.factsDigest
  );
}

/** What comes again with each run of a statement. */
function rowRest(row: StatementRow): string {
  return `"agentId":${text(row.agentId)},"resourceId":${text(row.resourceId)},"tag":${text(row.tag)},"text":${text(
    row.text,
  )},"actions":${listJson(row.actions)},"objects":${listJson(row.objects)},"permissions":${listJson(
    row.permissions,
  )},"decision":"${row.decision}","policies":${listJson(row.policies)},"grantIds":${listJson(
    row.grantIds,
  )},"factsDigest":${text(row.factsDigest)}}`;
}

/** A number as JSON has it: `null` for what JSON can't write, as `JSON.stringify` does. */
function whole(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
