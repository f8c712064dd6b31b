import { type Ask, readCatalog } from '#lib/sql/index';
import type { Catalog } from '#lib/sql/model';
import type { TargetCatalog } from './catalog.ts';
import type { Estimate } from './estimate.ts';
import type { FactsView } from './relay/facts-view.ts';
import type { SessionState } from './relay/session-state.ts';

const ownMsMax = 5_000;

/**
 * The catalog as one session sees it: the target's, or, while the session has uncommitted or
 * temporary objects, one that is read through its own connection.
 */
export class SessionCatalog {
  readonly #target: TargetCatalog;
  /** The declared role: what runs under it is estimated under it. */
  readonly #role: string | null;
  #own: Catalog | null = null;
  #ownReadAt = 0;
  #uncommitted = false;
  #temporary = false;

  constructor(target: TargetCatalog, role: string | null = null) {
    this.#role = role;
    this.#target = target;
    target.users += 1;
  }

  current(): Catalog {
    return this.#own ?? this.#target.current();
  }

  fresh(): boolean {
    if (!this.#isOwn) return this.#target.fresh();
    return this.#own !== null && performance.now() - this.#ownReadAt < ownMsMax;
  }

  /** A name is not known: everything is read again, no sooner than is good for the target. */
  async forgetSoon(): Promise<void> {
    const ms = this.#target.forgetInMs;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    this.forget();
  }

  /** Reads what is not fresh. In a failed transaction the session's own connection can't be asked. */
  async read(ask: Ask, status: 'I' | 'T' | 'E'): Promise<void> {
    if (!this.#isOwn || status === 'E') {
      if (!this.#target.fresh()) await this.#target.read();
      if (!this.#isOwn) this.#own = null;
      return;
    }
    this.#own = await readCatalog(ask, this.#own ?? this.#target.known());
    this.#ownReadAt = performance.now();
  }

  forget(): void {
    this.#ownReadAt = Number.NEGATIVE_INFINITY;
    this.#target.forget();
  }

  /** The session changed objects; whether it commits is not known yet. */
  changedHere(): void {
    this.#uncommitted = true;
    this.#ownReadAt = Number.NEGATIVE_INFINITY;
  }

  temporary(has: boolean): void {
    this.#temporary = has;
    if (!this.#isOwn) this.#own = null;
  }

  transactionEnded(): void {
    this.#uncommitted = false;
    this.#ownReadAt = Number.NEGATIVE_INFINITY;
    if (!this.#isOwn) this.#own = null;
    this.#target.forget();
  }

  estimate(
    views: readonly FactsView[],
    text: string,
    bound: readonly { readonly value: string | null }[],
    state: SessionState,
  ): Promise<Estimate> {
    return this.#target.estimate(views, text, bound, state, this.#role);
  }

  terminateBackend(pid: number): Promise<void> {
    return this.#target.terminateBackend(pid);
  }

  release(): void {
    this.#target.users -= 1;
  }

  get #isOwn(): boolean {
    return this.#uncommitted || this.#temporary;
  }
}
