import type { Decision, LimitKind, LimitTerm } from '#lib/policies/model';
import type { Judged } from './judged.ts';
import { type CutNotice, limitRefusal, limitWords } from './limit-words.ts';
import type { Refusal } from './replaced.ts';

const secondMs = 1_000;

/** What one session may still do. Rules are met as statements match them; each stays until the session ends. */
export class SessionLimits {
  readonly #startedMs: number;
  readonly #cut: (notice: CutNotice) => void;
  readonly #isBusy: () => boolean;
  readonly #strictest = new Map<LimitKind, LimitTerm>();
  #zone: LimitTerm | null = null;
  #rows = 0;
  #bytes = 0;
  #second = 0;
  #inSecond = 0;
  #lastMs = 0;
  #idle: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(startedAt: Date, cut: (reason: CutNotice) => void, isBusy: () => boolean) {
    this.#startedMs = startedAt.getTime();
    this.#cut = cut;
    this.#isBusy = isBusy;
  }

  /** Counts a message that is about to run; the refusal when a limit speaks against it. */
  take(judged: Judged, nowMs: number): Refusal | null {
    this.#lastMs = nowMs;
    let limited = this.#strictest.size > 0;
    for (const { limits } of judged.decisions) {
      if (limits === undefined) continue;
      this.#meet(limits, nowMs);
      limited = true;
    }
    if (!limited) return null;
    return this.#zones(judged.decisions) ?? this.#usedUp() ?? this.#pace(judged.views.length, nowMs);
  }

  /** What a statement's answer is counted against; null: nothing limits it. */
  quota({ limits }: Decision): Quota | null {
    const own = (kind: LimitKind) => limits?.find((limit) => limit.kind === kind);
    const rows = own('rows_max');
    const bytes = own('bytes_max');
    const session = this.#strictest.has('session_rows_max') || this.#strictest.has('session_bytes_max');
    if (rows === undefined && bytes === undefined && !session) return null;
    return new Quota(rows, bytes, (moreRows, moreBytes) => this.#sent(moreRows, moreBytes));
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#idle);
    clearTimeout(this.#total);
  }

  #meet(limits: readonly LimitTerm[], nowMs: number): void {
    // What was decided while the session ended must set no timer.
    if (this.#closed) return;
    for (const limit of limits) {
      if (limit.kind === 'zone' || limit.kind === 'rows_max' || limit.kind === 'bytes_max') continue;
      const known = this.#strictest.get(limit.kind);
      if (known !== undefined && known.value <= limit.value) continue;
      this.#strictest.set(limit.kind, limit);
      if (limit.kind === 'idle_max') this.#watchIdle(limit);
      if (limit.kind === 'session_max') this.#watchTotal(limit, nowMs);
    }
  }

  #zones(decisions: readonly Decision[]): Refusal | null {
    for (const { limits } of decisions) {
      for (const limit of limits ?? []) {
        if (limit.kind !== 'zone') continue;
        this.#zone ??= limit;
        if (this.#zone.value !== limit.value) return limitRefusal.zone(this.#zone, limit);
      }
    }
    return null;
  }

  #usedUp(): Refusal | null {
    const rows = this.#strictest.get('session_rows_max');
    if (rows !== undefined && this.#rows >= Number(rows.value)) return limitRefusal.usedUp(rows);
    const bytes = this.#strictest.get('session_bytes_max');
    if (bytes !== undefined && this.#bytes >= Number(bytes.value)) return limitRefusal.usedUp(bytes);
    return null;
  }

  #pace(statements: number, nowMs: number): Refusal | null {
    const rate = this.#strictest.get('rate_max');
    if (rate === undefined) return null;
    if (nowMs - this.#second >= secondMs) {
      this.#second = nowMs;
      this.#inSecond = 0;
    }
    if (this.#inSecond + statements > Number(rate.value)) return limitRefusal.pace(rate);
    this.#inSecond += statements;
    return null;
  }

  #sent(moreRows: number, bytes: number): LimitTerm | null {
    this.#rows += moreRows;
    this.#bytes += bytes;
    const rows = this.#strictest.get('session_rows_max');
    if (rows !== undefined && this.#rows > Number(rows.value)) return rows;
    const most = this.#strictest.get('session_bytes_max');
    return most !== undefined && this.#bytes > Number(most.value) ? most : null;
  }

  #watchIdle(limit: LimitTerm): void {
    clearInterval(this.#idle);
    const idleMs = Number(limit.value) * secondMs;
    this.#idle = setInterval(
      () => {
        if (this.#isBusy()) this.#lastMs = Date.now();
        else if (Date.now() - this.#lastMs >= idleMs) this.#cut(limitWords.idle(limit));
      },
      Math.min(idleMs / 4, secondMs),
    );
    this.#idle.unref();
  }

  #watchTotal(limit: LimitTerm, nowMs: number): void {
    clearTimeout(this.#total);
    const leftMs = this.#startedMs + Number(limit.value) * secondMs - nowMs;
    this.#total = setTimeout(() => this.#cut(limitWords.total(limit)), Math.max(0, leftMs));
    this.#total.unref();
  }
}

/** Rows and bytes that one statement may still send. */
export class Quota {
  readonly #rows: LimitTerm | undefined;
  readonly #bytes: LimitTerm | undefined;
  readonly #session: (rows: number, bytes: number) => LimitTerm | null;
  #sentRows = 0;
  #sentBytes = 0;

  constructor(
    rows: LimitTerm | undefined,
    bytes: LimitTerm | undefined,
    session: (rows: number, bytes: number) => LimitTerm | null,
  ) {
    this.#rows = rows;
    this.#bytes = bytes;
    this.#session = session;
  }

  /** Counts a row on its way out; the limit that it is beyond. */
  row(bytes: number): LimitTerm | null {
    return this.#count(1, bytes);
  }

  /** Counts more bytes of a row that was counted. */
  bytes(more: number): LimitTerm | null {
    return this.#count(0, more);
  }

  #count(rows: number, bytes: number): LimitTerm | null {
    this.#sentRows += rows;
    this.#sentBytes += bytes;
    if (this.#rows !== undefined && this.#sentRows > Number(this.#rows.value)) return this.#rows;
    if (this.#bytes !== undefined && this.#sentBytes > Number(this.#bytes.value)) return this.#bytes;
    return this.#session(rows, bytes);
  }
}
