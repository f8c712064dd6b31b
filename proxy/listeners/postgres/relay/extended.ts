import type { BindMessage, ParseMessage } from '../codec/read.ts';
import { describe } from '../codec/write.ts';
import { refusedStatement } from '../errors.ts';
import { after } from './after.ts';
import type { Conversation } from './conversation.ts';
import { copyOptionsOf } from './copy-options.ts';
import { countedCopyOf } from './counted-copy.ts';
import { CountedWrite, type EstimatedWrite, isTakenBack, settleCounted } from './counted-write.ts';
import type { Deciding } from './deciding.ts';
import { changesMeaning } from './effects.ts';
import type { FactsView } from './facts-view.ts';
import { askPeople } from './held.ts';
import { type Judged, sameMeaning } from './judged.ts';
import { mayHide } from './lineage.ts';
import type { Portal, Prepared } from './names.ts';
import { Operation } from './operations.ts';
import { boundValues, recordedValues } from './parameters-text.ts';
import { probeName } from './probe.ts';
import type { Refusing } from './refusing.ts';
import { type Refusal, refusalOfFault, reservedName, serverWords } from './replaced.ts';
import type { StatementRun } from './run.ts';
import type { Frame } from './simple.ts';

type Later = void | Promise<void>;

/** Names that one session may keep; drivers keep hundreds. */
const namesMax = 20_000;

/** The extended protocol: decided at Parse, and again at Bind and Execute, when values are known. */
export class Extended {
  readonly #talk: Conversation;
  readonly #deciding: Deciding;
  readonly #refusing: Refusing;
  readonly #refuse = (refusal: Refusal): void => this.#refusing.message(refusal);

  constructor(conversation: Conversation, deciding: Deciding, refusing: Refusing) {
    this.#talk = conversation;
    this.#deciding = deciding;
    this.#refusing = refusing;
  }

  parse(message: ParseMessage, frame: Frame): Later {
    if (message.name === probeName) return this.#refuse(reservedName(message.name));
    if (this.#talk.names.statements.size >= namesMax) return this.#refuse(tooManyNames);
    return this.#deciding.text(message.text, this.#refuse, (judged) => this.#parsed(judged, message, frame));
  }

  #parsed(judged: Judged, message: ParseMessage, frame: Frame): void {
    const talk = this.#talk;
    if (judged.fault !== null) {
      this.#refusing.fault(judged, message.text);
      return this.#refuse(refusalOfFault(judged.fault));
    }
    if (judged.views.length > 1) return this.#refuse(serverWords.severalCommands);
    const [view] = judged.views;
    if (view !== undefined && judged.decision.outcome === 'deny') {
      return this.#refuse(this.#refusing.denied(judged, view, null));
    }
    const objection = this.#deciding.objection(judged, null);
    if (objection !== null) return this.#refuse(objection);
    const prepared: Prepared = {
      name: message.name,
      text: message.text,
      parsed: judged.parsed,
      types: message.types,
      group: talk.group,
      settled: false,
      judged,
      described: null,
    };
    const operation = new Operation('parse', talk.group);
    operation.prepared = prepared;
    operation.undo = talk.names.prepare(prepared);
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }

  bind(message: BindMessage, frame: Frame): Later {
    const talk = this.#talk;
    if (message.portal === probeName || message.statement === probeName) {
      return this.#refuse(reservedName(probeName));
    }
    const known = talk.names.statements.get(message.statement);
    if (known === undefined ? this.#earlierGroups() : !known.settled && known.group !== talk.group) {
      return talk.settle().then(() => this.bind(message, frame));
    }
    return this.#deciding.whenReady(null, this.#refuse, () => {
      const prepared = talk.names.statements.get(message.statement);
      if (prepared === undefined) return this.#refuse(serverWords.noStatement(message.statement));
      return after(this.#standing(prepared), (judged) => {
        if (!talk.discarding) return this.#bound(judged, prepared, message, frame);
      });
    });
  }

  /** What earlier groups did to a name is not known yet: a Close may have been skipped. */
  #earlierGroups(): boolean {
    const { head } = this.#talk.queue;
    return head !== undefined && head.group !== this.#talk.group;
  }

  #bound(judged: Judged, prepared: Prepared, message: BindMessage, frame: Frame): Later {
    if (judged.fault !== null) return this.#refuse(refusalOfFault(judged.fault));
    const [view] = judged.views;
    if (view === undefined) return this.#sendBind(message, prepared, judged, frame, null);
    if (judged.decision.outcome === 'deny') {
      const recorded = recordedValues(message.values, message.formats);
      return this.#refuse(this.#refusing.denied(judged, view, recorded));
    }
    const values = view.kind.writes ? recordedValues(message.values, message.formats) : null;
    const objection =
      this.#deciding.objection(judged, values) ??
      this.#talk.lookups.take(judged, () => recordedValues(message.values, message.formats)) ??
      (judged.decision.outcome === 'hold' ? null : this.#talk.limits.take(judged, Date.now()));
    if (objection === serverWords.aborted) return this.#refuse(objection);
    if (objection !== null) return this.#refuse(this.#refusing.recorded(judged, view, values, objection));
    if (judged.decision.outcome === 'allow') return this.#sendBind(message, prepared, judged, frame, null);
    return this.#hold(judged, view, prepared, message, frame);
  }

  async #hold(
    first: Judged,
    view: FactsView,
    prepared: Prepared,
    message: BindMessage,
    frame: Frame,
  ): Promise<void> {
    const talk = this.#talk;
    await talk.settle();
    await talk.closePreparation();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.#refuse(serverWords.aborted);
    const bound = boundValues(message.values, message.formats, prepared.types);
    const judged = await this.#deciding.withEstimate(first, prepared.text, bound);
    const limit = talk.limits.take(judged, Date.now());
    if (limit !== null) {
      const values = recordedValues(message.values, message.formats);
      return this.#refuse(this.#refusing.recorded(judged, view, values, limit));
    }
    if (judged.decision.outcome === 'allow') {
      const estimated = { text: prepared.text, bound };
      return this.#sendBind(message, prepared, judged, frame, null, estimated);
    }
    const run = this.#refusing.run(view, judged, recordedValues(message.values, message.formats)).intend();
    const again = () => talk.judge.decide(judged.parsed, judged.rowEstimate);
    const result = await askPeople(talk, { judged, text: prepared.text, bound, run, again });
    if ('approved' in result) return this.#sendBind(message, prepared, result.approved, frame, run);
    this.#refuse(result.refusal);
  }

  #sendBind(
    message: BindMessage,
    prepared: Prepared,
    judged: Judged,
    frame: Frame,
    run: StatementRun | null,
    estimated: EstimatedWrite | null = null,
  ): void {
    const talk = this.#talk;
    const known = prepared.described?.judged === judged ? prepared.described : null;
    const portal: Portal = {
      name: message.portal,
      prepared,
      group: talk.group,
      settled: false,
      withHold: false,
      judged,
      resultFormats: message.resultFormats,
      values: message.values,
      formats: message.formats,
      describedAs: known,
      described: known !== null,
      masker: undefined,
      run,
      estimated,
    };
    const operation = new Operation('bind', talk.group);
    operation.portal = portal;
    operation.undo = talk.names.bind(portal, judged.views[0]?.facts ?? null);
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }

  execute(name: string, frame: Frame): Later {
    const talk = this.#talk;
    const known = talk.names.portals.get(name);
    if (known === undefined ? this.#earlierGroups() : !known.settled && known.group !== talk.group) {
      return talk.settle().then(() => this.execute(name, frame));
    }
    return this.#deciding.whenReady(null, this.#refuse, () => {
      const portal = talk.names.portals.get(name);
      if (portal === undefined) return this.#refuse(serverWords.noPortal(name));
      const refusal = this.#objection(portal);
      if (refusal !== null) return this.#refuse(refusal);
      const { estimated = null } = portal;
      const sent = this.#sendExecute(portal, frame, estimated);
      if (sent.counted !== null) return this.#count(portal, sent.counted, estimated ?? textOf(portal));
    });
  }

  /** What follows in the Sync group waits: an error in it would take this write back all the same. */
  async #count(portal: Portal, counted: CountedWrite, estimated: EstimatedWrite): Promise<void> {
    const talk = this.#talk;
    portal.estimated = null;
    if (!(await settleCounted(talk, this.#refuse, counted, portal.judged, estimated))) return;
    counted.release(talk);
    talk.toClient.flush();
  }

  #sendExecute(portal: Portal, frame: Frame, estimated: EstimatedWrite | null): Operation {
    const talk = this.#talk;
    const [view] = portal.judged.views;
    const operation = new Operation('execute', talk.group);
    operation.portal = portal;
    if (view !== undefined) {
      if (portal.run === null || portal.run.finished) {
        const recorded = recordedValues(portal.values, portal.formats);
        portal.run = this.#refusing.run(view, portal.judged, recorded).intend();
        portal.run.countedCopy = countedCopyOf(portal.judged, estimated ?? textOf(portal));
      }
      const { parsed } = portal.judged;
      if (view.kind.tag === 'COPY' && parsed.kind === 'parsed') {
        portal.run.copyOptions = copyOptionsOf(parsed.statements[0]);
      }
      operation.runs = [portal.run];
      const isCopy = portal.run.countedCopy !== null;
      const isCounted = estimated !== null || isTakenBack(talk, portal.judged);
      if (isCounted && !isCopy) operation.counted = new CountedWrite(portal.run);
      operation.changesMeaning = changesMeaning(view, talk.state.changedInTransaction);
      this.#describeFirst(portal, view);
    }
    talk.send(operation, frame.buffer, frame.start, frame.end);
    return operation;
  }

  /** Where a resource has masks, no row passes before the target has named its columns. */
  #describeFirst(portal: Portal, view: FactsView): void {
    const talk = this.#talk;
    if (portal.described || !mayHide(portal.judged.access.resource)) return;
    if (view.facts.outputs === null && !view.facts.outputsUnknown) return;
    const operation = new Operation('describe', talk.group);
    operation.internal = true;
    operation.portal = portal;
    portal.described = true;
    talk.send(operation, describe('P', portal.name));
  }

  /** Null: it may run. Decides again when anything has changed since Bind. */
  #objection(portal: Portal): Refusal | null {
    const { judge } = this.#talk;
    const { judged } = portal;
    const [view] = judged.views;
    if (view === undefined || judge.stands(judged)) return null;
    const isHeld = portal.run?.decision.outcome === 'hold';
    const again =
      portal.prepared === null
        ? judge.decideFacts(judged.parsed, judged.views)
        : judge.decide(judged.parsed, judged.rowEstimate);
    if (again.fault !== null) return refusalOfFault(again.fault);
    const values = recordedValues(portal.values, portal.formats);
    if (again.decision.outcome === 'deny') return this.#refusing.denied(again, view, values);
    if (again.decision.outcome === 'hold' && !(isHeld && again.access.digest === judged.access.digest)) {
      return this.#refusing.recorded(again, view, values, bindAgain);
    }
    const sameKind = again.views[0]?.kind === view.kind;
    if (!sameKind || !sameMeaning(again, judged) || again.access !== judged.access) {
      portal.masker = undefined;
      portal.described = false;
      portal.describedAs = null;
    }
    portal.judged = again;
    return null;
  }

  /** A prepared statement's decision as things stand now. */
  #standing(prepared: Prepared): Judged | Promise<Judged> {
    const known = prepared.judged;
    if (known !== null && this.#talk.judge.stands(known)) return known;
    return after(this.#deciding.parsed(prepared.parsed), (judged) => {
      prepared.judged = judged;
      return judged;
    });
  }
}

/** What an approval of it would be bound to. */
function textOf({ judged, values, formats, prepared }: Portal): EstimatedWrite {
  return { text: judged.parsed.text, bound: boundValues(values, formats, prepared?.types ?? []) };
}

const bindAgain: Refusal = refusedStatement(
  'What this statement needs has changed since it was bound',
  'Bind and execute it again.',
);

const tooManyNames: Refusal = {
  severity: 'ERROR',
  code: '53400',
  message: 'too many prepared statements in this session; close some of them',
};
