import type { IntentRecord, OutcomeRecord, RecordBody } from '#lib/recording/model';
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
  return JSON.stringify(body);
}

function intentJson(body: IntentRecord): string {
  const { decision } = body;
  return `{"kind":"intent","text":${text(body.text)},"parameters":${
    body.parameters === null ? 'null' : JSON.stringify(body.parameters)
  },"tag":${text(body.tag)},"actions":${listJson(body.actions)},"objects":${listJson(
    body.objects,
  )},"decision":{"outcome":"${decision.outcome}","policies":${listJson(decision.policies)},"message":${textOrNull(
    decision.message,
  )},"grantIds":${listJson(decision.grantIds)}},"factsDigest":${text(body.factsDigest)},"ticket":${textOrNull(
    body.ticket,
  )}}`;
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

export function rowJson(row: StatementRow): string {
  return `{"sessionId":${text(row.sessionId)},"seq":${whole(row.seq)},"at":"${row.at.toISOString()}","agentId":${text(
    row.agentId,
  )},"resourceId":${text(row.resourceId)},"tag":${text(row.tag)},"text":${text(row.text)},"actions":${listJson(
    row.actions,
  )},"objects":${listJson(row.objects)},"permissions":${listJson(row.permissions)},"decision":"${
    row.decision
  }","outcome":"${row.outcome}","policies":${JSON.stringify(row.policies)},"grantIds":${listJson(
    row.grantIds,
  )},"ticket":${textOrNull(row.ticket)},"errorCode":${textOrNull(row.errorCode)},"errorText":${textOrNull(
    row.errorText,
  )},"rows":${whole(row.rows)},"bytesOut":${whole(row.bytesOut)},"maskedFields":${whole(
    row.maskedFields,
  )},"durationUs":${whole(row.durationUs)},"factsDigest":${text(row.factsDigest)}}`;
}

/** A number as JSON has it: `null` for what JSON can't write, as `JSON.stringify` does. */
function whole(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
