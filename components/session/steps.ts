import type { ReplayStep } from '#lib/sessions/model';

/** Statements near the one that is looked at, read page by page as they are asked for. */
export class Steps {
  /** The route's address with its filters: `/api/sessions/ID/steps?text=a`. */
  readonly #address: string;
  #known: readonly ReplayStep[] = [];

  constructor(address: string) {
    this.#address = address;
  }

  /** The first statement behind this one; null: there is none. */
  async after(seq: number): Promise<ReplayStep | null> {
    const known = this.#known;
    const first = known[0];
    if (first === undefined || seq < first.seq - 1 || seq >= (known.at(-1)?.seq ?? 0)) {
      this.#known = await this.#read(`from=${seq + 1}`);
    }
    return this.#known.find((step) => step.seq > seq) ?? null;
  }

  /** The last known one up to this moment, but not before `next`: what is fast is not shown one by one. */
  upTo(atMs: number, next: ReplayStep): ReplayStep {
    return this.#known.findLast((step) => step.atMs <= atMs && step.seq >= next.seq) ?? next;
  }

  async before(seq: number): Promise<ReplayStep | null> {
    return (await this.#read(`back&from=${seq - 1}`))[0] ?? null;
  }

  /** The statement there, or the first one behind; else the last of all. */
  async near(seq: number): Promise<ReplayStep | null> {
    return (await this.#read(`from=${seq}`))[0] ?? (await this.#read('back'))[0] ?? null;
  }

  async #read(where: string): Promise<readonly ReplayStep[]> {
    const mark = this.#address.includes('?') ? '&' : '?';
    const response = await fetch(`${this.#address}${mark}${where}`);
    if (!response.ok) throw new Error('Where the statements are can’t be read. Try again.');
    return ((await response.json()) as { steps: readonly ReplayStep[] }).steps;
  }
}

/** When a statement of this sequence ran, about: between two marks as the time runs there. */
export function timeAbout(marks: readonly ReplayStep[], seq: number): number {
  const next = marks.findIndex((mark) => mark.seq >= seq);
  const after = marks[next < 0 ? marks.length - 1 : next];
  const before = marks[next < 0 ? marks.length - 1 : next - 1] ?? after;
  if (after === undefined || before === undefined) return 0;
  const share = after.seq === before.seq ? 1 : (seq - before.seq) / (after.seq - before.seq);
  return Math.round(before.atMs + Math.min(1, Math.max(0, share)) * (after.atMs - before.atMs));
}
