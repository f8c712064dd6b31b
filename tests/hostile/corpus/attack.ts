/** Parse, Bind, Describe, Execute, Sync. */
export interface Extended {
  readonly extended: string;
  readonly values?: readonly (string | null)[];
  readonly name?: string;
  /** Results in the binary format. */
  readonly binary?: boolean;
}

/** What is sent, one after the other, on one connection. A text is one Query message. */
export type Step =
  | string
  | Extended
  /** A COPY … FROM STDIN and its data. */
  | { readonly copy: string; readonly data: string }
  /** Messages as they are, answered by so many ReadyForQuery. */
  | { readonly send: readonly Buffer[]; readonly ready?: number };

/**
 * What an attack does on the target itself. `reads`: what comes back depends on a planted secret.
 * `writes`: rows or objects change. `reaches`: its last step succeeds.
 */
export type Proof = 'reads' | 'writes' | 'reaches';

export interface Attack {
  readonly name: string;
  readonly proof: Proof;
  readonly steps: readonly Step[];
  /** Through the gateway: `refused` by it, `masked`, or `stopped` by the target itself. */
  readonly ends: 'refused' | 'masked' | 'stopped';
  /** `broad` may do everything everywhere; `narrow` has some tables, and its own temporary ones. */
  readonly agent: 'broad' | 'narrow';
  readonly login: 'owner' | 'superuser';
  readonly environment: 'production' | 'development';
}

interface Choices {
  readonly ends?: Attack['ends'];
  readonly agent?: Attack['agent'];
  readonly login?: Attack['login'];
  readonly environment?: Attack['environment'];
}

export interface AttackClass {
  /** As `threats` counts them. */
  readonly title: string;
  readonly attacks: readonly Attack[];
}

/** One attack of several steps. */
export function attack(
  name: string,
  proof: Proof,
  steps: readonly Step[],
  { ends = 'refused', agent = 'broad', login = 'owner', environment = 'production' }: Choices = {},
): Attack {
  return { name, proof, steps, ends, agent, login, environment };
}

/** Attacks of one statement each, named by their texts. */
export function each(proof: Proof, texts: readonly string[], choices: Choices = {}): Attack[] {
  return texts.map((text) => attack(text.replaceAll(/\s+/g, ' ').slice(0, 180), proof, [text], choices));
}

/** The same, each between BEGIN and ROLLBACK, in messages of their own. */
export function eachWithin(proof: Proof, texts: readonly string[], choices: Choices = {}): Attack[] {
  return each(proof, texts, choices).map((one) => ({ ...one, steps: ['BEGIN', ...one.steps, 'ROLLBACK'] }));
}

/** The lines of a text, without the empty ones. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The same by the extended protocol. */
export function eachExtended(
  proof: Proof,
  texts: readonly (string | readonly [text: string, ...values: (string | null)[]])[],
  choices: Choices & { readonly binary?: boolean } = {},
): Attack[] {
  return texts.map((one) => {
    const [text, ...values] = typeof one === 'string' ? [one] : one;
    const step: Step = { extended: text, values, binary: choices.binary ?? false };
    return attack(
      `${choices.binary ? 'binary' : 'extended'}: ${text.replaceAll(/\s+/g, ' ').slice(0, 180)}`,
      proof,
      [step],
      choices,
    );
  });
}
