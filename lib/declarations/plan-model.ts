import type { Context } from '#lib/auth/context';
import type { ErrorDetail } from '#lib/core/errors';
import type { SealingKey } from '#lib/core/sealing';
import type { Tx } from '#lib/db/client';
import type { PolicyFile } from '#lib/policies/model';
import type { Effect } from '#lib/proposals/model';
import type { DeclarationFile, Path } from './read-declaration.ts';

/** One change that a declaration makes. */
export interface PlannedChange {
  readonly operation: 'create' | 'change' | 'end';
  /** issuer, agent, resource, mask, grant, policies, group, person */
  readonly kind: string;
  readonly name: string;
  /** What of it changes, or why it deserves a second look. */
  readonly note: string | null;
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Of people, roles and masks, with their values: what a second admin is asked about. */
  readonly effects: readonly Effect[];
  /** Persons whose roles or groups change. */
  readonly concerns: readonly string[];
  /** Objects that `apply` did not make and the file does not name: left alone. */
  readonly untouched: readonly { readonly kind: string; readonly name: string }[];
  readonly unchanged: number;
}

/** What a declaration names outside itself, read by who calls. */
export interface DeclarationInput {
  readonly file: DeclarationFile;
  /** By the name of the resource. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly caCertificates: ReadonlyMap<string, string>;
  /** What the gateway proves itself with, PEM; and the key that belongs to it. */
  readonly certificates?: ReadonlyMap<string, string>;
  readonly certificateKeys?: ReadonlyMap<string, string>;
  /** Undefined where the file says nothing of policies: they stay as they are. */
  readonly policyFiles: readonly PolicyFile[] | undefined;
  readonly key: SealingKey | null;
}

export interface Step extends PlannedChange {
  run(tx: Tx, context: Context): Promise<unknown>;
}

/** Collects steps, faults and what is left alone while a file is compared with the database. */
export class Planning {
  readonly steps: Step[] = [];
  readonly ends: Step[] = [];
  readonly faults: ErrorDetail[] = [];
  readonly effects: Effect[] = [];
  readonly concerns = new Set<string>();
  readonly untouched: { kind: string; name: string }[] = [];
  readonly input: DeclarationInput;
  unchanged = 0;

  constructor(input: DeclarationInput) {
    this.input = input;
  }

  create(kind: string, name: string, run: Step['run'], note: string | null = null): void {
    this.steps.push({ operation: 'create', kind, name, note, run });
  }

  /** Nothing differs: counted, not planned. */
  change(kind: string, name: string, differences: readonly string[], run: Step['run']): void {
    if (differences.length === 0) this.unchanged += 1;
    else this.steps.push({ operation: 'change', kind, name, note: differences.join(', '), run });
  }

  /** Ends run last, in the opposite order: what leans on a thing goes before it. */
  end(kind: string, name: string, run: Step['run']): void {
    this.ends.unshift({ operation: 'end', kind, name, note: null, run });
  }

  /** Of what is there and not named: made by `apply` it ends, made by people it is left alone. */
  notNamed(kind: string, name: string, managedBy: string, run: Step['run']): void {
    if (managedBy === 'apply') this.end(kind, name, run);
    else this.untouched.push({ kind, name });
  }

  /** A value of a person, role or mask that changes: it asks a second admin, who is none of the persons it is about. */
  ask(what: string, before: string | null, after: string | null, personIds: readonly string[] = []): void {
    if (before === after) return;
    this.effects.push({ what, before, after });
    for (const id of personIds) this.concerns.add(id);
  }

  fault(path: Path, message: string): void {
    this.faults.push({ at: this.input.file.at(path), message });
  }

  plan(): Plan {
    const shown = ({ operation, kind, name, note }: Step): PlannedChange => ({ operation, kind, name, note });
    return {
      changes: [...this.steps, ...this.ends].map(shown),
      effects: this.effects,
      concerns: [...this.concerns],
      untouched: this.untouched,
      unchanged: this.unchanged,
    };
  }
}

/** Names of the members in which two records differ, by their JSON. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(after).filter((key) => stable(before[key]) !== stable(after[key]));
}

function stable(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
    return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return JSON.stringify(value ?? null);
}

/** Two entries of a list with one name: the second is a fault at its place. */
export function refuseTwins<Item>(
  planning: Planning,
  list: string,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  member: string | null,
): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const name = nameOf(item);
    if (seen.has(name)) {
      planning.fault(member === null ? [list, index] : [list, index, member], `${name} stands here twice`);
    }
    seen.add(name);
  });
}
