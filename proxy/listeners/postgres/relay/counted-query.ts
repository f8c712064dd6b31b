import { bind, describe, execute, parse, sync } from '../codec/write.ts';
import type { Conversation } from './conversation.ts';
import { CountedWrite } from './counted-write.ts';
import type { FactsView } from './facts-view.ts';
import type { Judged } from './judged.ts';
import type { Portal } from './names.ts';
import { Operation } from './operations.ts';
import type { StatementRun } from './run.ts';

/**
 * A simple query of one write, sent by the extended protocol up to its Sync: the client gets the same
 * messages, and nothing is committed yet.
 */
export function sendCounted(
  talk: Conversation,
  judged: Judged,
  view: FactsView,
  text: string,
  run: StatementRun,
): CountedWrite {
  const counted = new CountedWrite(run);
  const portal = portalOf(talk, judged, run);
  talk.names.dropUnnamed();
  const own = (kind: Operation['kind'], bytes: Buffer) => {
    const operation = new Operation(kind, talk.group);
    operation.internal = kind === 'parse' || kind === 'bind';
    operation.portal = portal;
    operation.runs = [run];
    if (kind === 'execute') operation.counted = counted;
    talk.send(operation, bytes);
  };
  own('parse', parse('', text));
  own('bind', bind('', '', []));
  if (view.facts.outputs !== null || view.facts.outputsUnknown) own('describe', describe('P', ''));
  own('execute', execute(''));
  return counted;
}

/** Its Sync: commits what may stand and hands the completion on, or lets go what failed. */
export function endCounted(talk: Conversation, counted: CountedWrite | null): void {
  talk.discarding = false;
  const operation = new Operation('sync', talk.group);
  operation.counted = counted;
  if (counted !== null) operation.runs = [counted.run];
  talk.send(operation, sync);
}

function portalOf(talk: Conversation, judged: Judged, run: StatementRun): Portal {
  return {
    name: '',
    prepared: null,
    group: talk.group,
    settled: true,
    withHold: false,
    judged,
    resultFormats: [],
    values: [],
    formats: [],
    describedAs: null,
    described: true,
    masker: undefined,
    run,
  };
}
