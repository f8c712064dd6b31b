import type { MaskKey } from '#lib/masking/index';
import { type MaskPlan, type MaskSpec, nothingMasked } from '#lib/masking/model';
import { counted } from '#proxy/metrics';
import { FrameFault } from '../codec/frames.ts';
import { type ColumnDescription, readRowDescription } from '../codec/read.ts';
import { report } from '../codec/write.ts';
import type { Conversation } from './conversation.ts';
import type { FactsView } from './facts-view.ts';
import type { Judged } from './judged.ts';
import { agrees, masksOfDescription, mayHide } from './lineage.ts';
import type { Described, Portal, Prepared } from './names.ts';
import { type RowMasker, rowMasker } from './row-masker.ts';
import type { StatementRun } from './run.ts';

const everything: MaskPlan = { outputs: [], everything: true };

/** Keys of one format for all columns; any but 1 is read as text. */
const formatNames = ['0', '1'] as const;

interface Frame {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Compares what the target describes with the lineage, and makes the maskers of its rows. */
export class Masking {
  readonly #talk: Conversation;
  readonly #key: MaskKey;

  constructor(conversation: Conversation, key: MaskKey) {
    this.#talk = conversation;
    this.#key = key;
  }

  get key(): MaskKey {
    return this.#key;
  }

  /** RowDescription inside a simple query's answer. */
  ofQuery(run: StatementRun, frame: Frame): void {
    const columns = readRowDescription(frame.buffer, frame.start, frame.end);
    const { masks, detect } = this.#talk.session.live.access().resource;
    const plan = this.#plan(run.view, run.decision.masks, columns, masks);
    run.masker = rowMasker(plan, columns, [], this.#key, detect);
    this.#tell(run.masker, columns);
    run.describe(columns, run.masker);
  }

  /** The answer to Describe of a portal. */
  ofPortal(portal: Portal, frame: Frame): void {
    const known = portal.prepared?.described ?? null;
    portal.describedAs = isSame(known, portal.judged, frame) ? known : this.#describe(portal.judged, frame);
    if (portal.prepared !== null) portal.prepared.described = portal.describedAs;
    portal.masker = this.#portalMasker(portal);
  }

  /** The answer to Describe of a prepared statement: looked at before any of its portals. */
  ofPrepared(prepared: Prepared, frame: Frame): void {
    const { judged } = prepared;
    if (judged === null || isSame(prepared.described, judged, frame)) return;
    prepared.described = this.#describe(judged, frame);
  }

  /** The masker of a portal's rows, made at the first of them when no Describe came before. */
  maskerOf(portal: Portal): RowMasker | null {
    if (portal.masker === undefined) portal.masker = this.#portalMasker(portal);
    return portal.masker;
  }

  /** COPY names no columns on the wire: the facts do. */
  tellCopy(run: StatementRun): void {
    const { outputs, everything: all } = run.decision.masks;
    const names = (run.view.facts.outputs ?? []).filter(
      (_, index) => all || outputs.some((one) => one.index === index),
    );
    this.#tellNames(names);
  }

  #describe(judged: Judged, frame: Frame): Described {
    const columns = readRowDescription(frame.buffer, frame.start, frame.end);
    const [view] = judged.views;
    const { masks } = judged.access.resource;
    const plan =
      view === undefined
        ? nothingMasked
        : this.#plan(view, judged.decisions[0]?.masks ?? everything, columns, masks);
    return {
      judged,
      frame: Buffer.from(frame.buffer.subarray(frame.start, frame.end)),
      columns,
      plan,
      maskers: new Map(),
    };
  }

  /** Without columns nothing is known of the rows: a masked resource then shows nothing. */
  #portalMasker(portal: Portal): RowMasker | null {
    const { describedAs, resultFormats, judged } = portal;
    if (describedAs === null) {
      if (!mayHide(judged.access.resource) || judged.views.length === 0) return null;
      throw new FrameFault('rows came before their columns were named');
    }
    const { plan, maskers, columns } = describedAs;
    const { detect = [] } = judged.access.resource;
    if (plan === nothingMasked && detect.length === 0) return null;
    const formats =
      resultFormats.length === 1 ? formatNames[resultFormats[0] === 1 ? 1 : 0] : resultFormats.join();
    let masker = maskers.get(formats);
    if (masker === undefined) {
      masker = rowMasker(plan, columns, resultFormats, this.#key, detect);
      maskers.set(formats, masker);
    }
    this.#tell(masker, columns);
    return masker;
  }

  #plan(
    view: FactsView,
    plan: MaskPlan,
    columns: readonly ColumnDescription[],
    masks: readonly MaskSpec[],
  ): MaskPlan {
    if (masks.length === 0) return nothingMasked;
    const { catalog, services } = this.#talk;
    if (!agrees(view.facts, columns)) {
      catalog.forget();
      services.metrics.add(counted.lineageMismatch);
      return everything;
    }
    const named = masksOfDescription(columns, masks, catalog.current());
    const extra = named.filter(({ index }) => !plan.outputs.some((one) => one.index === index));
    return extra.length === 0 ? plan : { ...plan, outputs: [...plan.outputs, ...extra] };
  }

  /** Once a session, at the first value that a detector hid. */
  tellDetected(): void {
    const talk = this.#talk;
    if (talk.toldDetected) return;
    talk.toldDetected = true;
    const message =
      'Values that look confidential are hidden in this session: [email], [card] and the like stand in their place. Do not write them back.';
    talk.toClient.message(report({ severity: 'NOTICE', code: '00000', message }));
  }

  #tell(masker: RowMasker | null, columns: readonly ColumnDescription[]): void {
    if (masker === null || this.#talk.toldMasked) return;
    this.#tellNames(columns.filter((_, index) => masker.hides(index)));
  }

  /** Once a session: the agent knows that what it reads is not what stands there. */
  #tellNames(columns: readonly { readonly name: string }[]): void {
    const talk = this.#talk;
    if (talk.toldMasked || columns.length === 0) return;
    talk.toldMasked = true;
    const names = columns.map(({ name }) => name).join(', ');
    const message = `Fields are masked in this session (${names}). Placeholders are not the stored values; do not write them back.`;
    talk.toClient.message(report({ severity: 'NOTICE', code: '00000', message }));
  }
}

function isSame(known: Described | null, judged: Judged, { buffer, start, end }: Frame): known is Described {
  if (known === null || known.judged !== judged || known.frame.length !== end - start) return false;
  return buffer.compare(known.frame, 0, known.frame.length, start, end) === 0;
}
