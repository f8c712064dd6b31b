import type { Operation } from './operations.ts';
import type { StatementRun } from './run.ts';

/** A COPY … FROM STDIN that was sent, and all of whose data was not. */
export interface Copying {
  readonly operation: Operation;
  readonly run: StatementRun;
}

/** Copies in the order in which they were sent: data goes to the first whose end the client did not send. */
export class Copies {
  readonly #sent: Copying[] = [];

  add(operation: Operation): void {
    for (const run of operation.runs) if (copiesFrom(run)) this.#sent.push({ operation, run });
  }

  /** The one that the client's data belongs to. A copy that failed takes none. */
  get open(): Copying | null {
    while (this.#sent[0]?.run.finished) this.#sent.shift();
    return this.#sent[0] ?? null;
  }

  /** CopyDone or CopyFail came for it. */
  end(copy: Copying): void {
    if (this.#sent[0] === copy) this.#sent.shift();
  }
}

function copiesFrom({ view }: StatementRun): boolean {
  return view.kind.tag === 'COPY' && view.facts.requests.some(({ member }) => member === 'copy_from');
}
