import type { Decision } from '#lib/policies/model';
import { factsOf } from '#lib/sql/index';
import type { Catalog, ParsedMessage, SqlFacts } from '#lib/sql/model';
import { counted } from '#proxy/metrics';
import type { OpenSession } from '#proxy/pipeline/passage';
import type { Services } from '#proxy/services';
import { type FactsView, viewOf } from './facts-view.ts';
import type { Judged } from './judged.ts';
import type { Names } from './names.ts';
import type { SessionState, Transaction } from './session-state.ts';
import { nothingDecided, strictest } from './strictest.ts';

/** Such texts depend on the session's own prepared statements and cursors: their facts are not shared. */
export const namesOwnThings = /\b(execute|fetch|move|current)\b/i;

/** Text → syntax → facts → decision, each from its cache when it can be. */
export class Judge {
  readonly #services: Services;
  readonly #session: OpenSession;
  readonly #names: Names;
  readonly #state: SessionState;
  readonly #catalog: () => Catalog;
  readonly #transaction: () => Transaction;

  constructor(
    services: Services,
    session: OpenSession,
    names: Names,
    state: SessionState,
    catalog: () => Catalog,
    transaction: () => Transaction,
  ) {
    this.#transaction = transaction;
    this.#services = services;
    this.#session = session;
    this.#names = names;
    this.#state = state;
    this.#catalog = catalog;
  }

  syntax(text: string): ParsedMessage | Promise<ParsedMessage> {
    const { syntax, parser } = this.#services;
    const known = syntax.get(text);
    if (known !== undefined) return known;
    const parsed = parser.parse(text);
    if (parsed instanceof Promise) {
      return parsed.then((message) => {
        syntax.set(text, message);
        return message;
      });
    }
    syntax.set(text, parsed);
    return parsed;
  }

  /** Decides a parsed text as things stand. Call it only while state, catalog and access are fresh. */
  decide(parsed: ParsedMessage, rowEstimate: number | null = null): Judged {
    if (parsed.kind === 'refused') return this.#judged(parsed, [], rowEstimate);
    return this.#judged(parsed, this.#views(parsed), rowEstimate);
  }

  /** Decides facts that are known already: a cursor's, and those of what runs. */
  decideFacts(parsed: ParsedMessage, views: readonly FactsView[], rowEstimate: number | null = null): Judged {
    return this.#judged(parsed, views, rowEstimate);
  }

  /** True while nothing that the answer depends on has changed. */
  stands(judged: Judged): boolean {
    return (
      this.#session.live.fresh &&
      judged.access === this.#session.live.access() &&
      judged.epoch === this.#catalog().epoch &&
      judged.stateKey === this.#state.key &&
      judged.validUntilMs > Date.now()
    );
  }

  #views(parsed: ParsedMessage & { kind: 'parsed' }): readonly FactsView[] {
    const { metrics, facts } = this.#services;
    const own = this.#isOwn(parsed);
    const { id } = this.#session.target.record.resource;
    // What a transaction's end takes back matters to what follows it in the same message.
    const open = parsed.statements.length > 1 ? this.#transaction() : '';
    const key = own ? '' : `${id}\n${this.#meaning()}\n${open}\n${parsed.text}`;
    const known = own ? undefined : facts.get(key);
    if (known !== undefined) {
      metrics.add(counted.factsHit);
      return known;
    }
    metrics.add(counted.factsMiss);
    const found = factsOf(parsed, this.#catalog(), this.#state.forFacts(this.#names, this.#transaction()));
    const views = found.statements.map((one: SqlFacts, index: number) => {
      const place = parsed.statements.length > 1 ? parsed.statements[index] : undefined;
      return viewOf(one, parsed.text, place?.start ?? 0, place?.end ?? parsed.text.length);
    });
    if (!own) facts.set(key, views);
    return views;
  }

  /** Facts of such a message are the session's own: of names in it, or of a part of another text. */
  #isOwn(parsed: ParsedMessage): boolean {
    return namesOwnThings.test(parsed.text) || this.#services.syntax.get(parsed.text) !== parsed;
  }

  #meaning(): string {
    return `${this.#catalog().epoch} ${this.#state.key}`;
  }

  /** What a name stands for may change at any time: decided anew whenever it is used. */
  #validUntilMs(parsed: ParsedMessage, decision: Decision): number {
    if (decision.volatile || namesOwnThings.test(parsed.text)) return 0;
    return decision.validUntil?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  #judged(parsed: ParsedMessage, views: readonly FactsView[], rowEstimate: number | null): Judged {
    const { identity, live } = this.#session;
    const access = live.access();
    const now = this.#services.clock.now();
    const tier = identity.purpose?.tier ?? null;
    const decisions = views.map((view) =>
      this.#services.policies.decide(view, identity.agent.agent, access, tier, now, rowEstimate),
    );
    const decision = decisions.length === 0 ? nothingDecided : strictest(decisions);
    return {
      parsed,
      fault: parsed.kind === 'refused' ? parsed.error : null,
      views,
      decision,
      decisions,
      access,
      epoch: this.#catalog().epoch,
      stateKey: this.#state.key,
      validUntilMs: this.#validUntilMs(parsed, decision),
      rowEstimate,
    };
  }
}
