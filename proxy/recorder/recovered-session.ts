import { CountersignError } from '#lib/core/errors';
import type { EndRecord, IntentRecord, RecordBody, RecordingHeader } from '#lib/recording/model';
import { encodeRecord, kindCode, type RecordSpan } from '#lib/recording/record';
import type { SessionEnd, StatementRow } from '#proxy/control/control-plane';
import { RecentRecords } from './recent-records.ts';
import type { SessionFile } from './session-file.ts';

interface OpenIntent {
  readonly intent: IntentRecord;
  readonly atUs: number;
  approvalUsed: boolean;
}

type Lost = 'unknown' | 'refused' | 'cancelled';

/** What a gone worker's session adds up to, and how it is brought to its end. */
export class RecoveredSession {
  readonly header: RecordingHeader;
  lastSeq = 0;
  #file: SessionFile | null = null;
  #lastAtUs = 0;
  #end: EndRecord | null = null;
  #gap = false;
  readonly #recent = new RecentRecords();
  readonly #open = new Map<number, OpenIntent>();
  readonly #sums = {
    statements: 0,
    allowed: 0,
    held: 0,
    denied: 0,
    rowsOut: 0,
    bytesOut: 0,
    maskedFields: 0,
  };

  constructor(header: RecordingHeader) {
    this.header = header;
  }

  get file(): SessionFile {
    if (!this.#file) throw new CountersignError('internal', 'a recovered session has no file yet');
    return this.#file;
  }

  attach(file: SessionFile): void {
    this.#file = file;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  /** True when records between others are missing: what follows the gap was left out. */
  get hasGap(): boolean {
    return this.#gap;
  }

  /** A record that stands in the unfinished file already. */
  seen(span: RecordSpan, plain: Buffer): void {
    this.#count(span.seq, span.atUs, this.#recent.decode(plain, span).body);
  }

  /** A record from the spool: kept when the file does not have it yet. */
  take(span: RecordSpan, payload: Buffer): void {
    if (span.seq <= this.lastSeq) return;
    if (span.seq !== this.lastSeq + 1) {
      this.#gap = true;
      return;
    }
    const { body } = this.#recent.decode(payload, span);
    // Its blocks are others than those of the worker that wrote it: nothing is left short.
    this.#add(span.seq, span.atUs, body);
  }

  /** Marks what was in flight and writes the end. Returns index rows for the statements it marked. */
  interrupt(reason: string): StatementRow[] {
    const rows: StatementRow[] = [];
    for (const [seq, open] of [...this.#open]) {
      const status = lostStatus(open);
      this.#write({
        kind: 'outcome',
        of: seq,
        status,
        commandTag: null,
        rows: 0,
        bytes: 0,
        bytesDigest: '',
        maskedFields: 0,
        durationUs: 0,
        error: null,
      });
      rows.push(this.#row(seq, open, status));
    }
    this.#write({ kind: 'end', state: 'interrupted', reason });
    return rows;
  }

  sessionEnd(reason: string): SessionEnd {
    return {
      id: this.header.sessionId,
      state: this.#end?.state ?? 'interrupted',
      reason: this.#end?.reason ?? reason,
      endedAt: this.#at(this.#lastAtUs),
      ...this.#sums,
    };
  }

  #write(body: RecordBody): void {
    this.#add(this.lastSeq + 1, this.#lastAtUs, body);
  }

  #add(seq: number, atUs: number, body: RecordBody): void {
    const bytes = encodeRecord({ seq, atUs, body });
    this.file.add(bytes, 0, bytes.length, seq, atUs, kindCode(body.kind), 0);
    this.#count(seq, atUs, body);
  }

  #count(seq: number, atUs: number, body: RecordBody): void {
    this.lastSeq = seq;
    this.#lastAtUs = Math.max(atUs, this.#lastAtUs);
    if (body.kind === 'intent') {
      this.#open.set(seq, { intent: body, atUs, approvalUsed: false });
      this.#sums.statements += 1;
      if (body.decision.outcome === 'allow') this.#sums.allowed += 1;
      else if (body.decision.outcome === 'hold') this.#sums.held += 1;
      else this.#sums.denied += 1;
    } else if (body.kind === 'outcome') {
      this.#open.delete(body.of);
      this.#sums.rowsOut += body.rows;
      this.#sums.bytesOut += body.bytes;
      this.#sums.maskedFields += body.maskedFields;
    } else if (body.kind === 'approval' && body.state === 'used') {
      const open = this.#open.get(body.of);
      if (open) open.approvalUsed = true;
    } else if (body.kind === 'end') {
      this.#end = body;
    }
  }

  /** The statement's text may hold what the index must not: it stays in the recording. */
  #row(seq: number, { intent, atUs }: OpenIntent, outcome: Lost): StatementRow {
    const single = intent.actions.length === 1 || intent.objects.length === 1;
    return {
      sessionId: this.header.sessionId,
      seq,
      at: this.#at(atUs),
      agentId: this.header.agent.id,
      resourceId: this.header.resource.id,
      tag: intent.tag,
      text: `${intent.tag} ${intent.objects.join(', ')} (its text stands in the recording)`,
      actions: intent.actions,
      objects: intent.objects,
      permissions: single
        ? intent.actions.flatMap((action) => intent.objects.map((object) => ({ action, object })))
        : [],
      decision: intent.decision.outcome,
      outcome,
      policies: intent.decision.policies.map((policy) => policy.id),
      grantIds: intent.decision.grantIds,
      ticket: intent.ticket,
      errorCode: null,
      errorText: null,
      rows: 0,
      bytesOut: 0,
      maskedFields: 0,
      durationUs: 0,
      factsDigest: intent.factsDigest,
    };
  }

  #at(atUs: number): Date {
    return new Date(Date.parse(this.header.startedAt) + Math.floor(atUs / 1000));
  }
}

/** Only what had been let through may have run. */
function lostStatus(open: OpenIntent): Lost {
  const outcome = open.intent.decision.outcome;
  if (outcome === 'deny') return 'refused';
  return outcome === 'hold' && !open.approvalUsed ? 'cancelled' : 'unknown';
}
