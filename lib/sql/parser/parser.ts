import type { Node } from 'libpg-query';
import type { ParsedMessage, ParsedStatement, ParseError } from '../model.ts';
import { canonicalFromScan } from './canonical.ts';
import { makeInstance, type ParserInstance, type SyntaxFault } from './instance.ts';
import { inlineCharactersMax, textCharactersMax } from './limits.ts';
import { byteOffsets } from './offsets.ts';
import { ParserThread, type ThreadResult } from './thread.ts';

/** Postgres' own parser, for one gateway worker. */
export interface Parser {
  /**
   * Short texts are parsed at once on this thread, others in the parser thread. Never throws and never
   * rejects: what can't be parsed comes back as `refused` and must not be forwarded.
   */
  parse(text: string): ParsedMessage | Promise<ParsedMessage>;
  /**
   * The text's lexer tokens without comments and white space, joined by one space: equal only for
   * texts that mean the same. Null when it can't be had: then nothing may be approved.
   */
  canonical(text: string): string | null;
  /** Runs the parser until it is warm (some 100 ms), so that the first agent doesn't wait for it. */
  warm(): Promise<void>;
  close(): void;
}

interface RawTree {
  readonly stmts?: readonly { stmt?: Node; stmt_location?: number; stmt_len?: number }[];
}

const deep: ParseError = {
  sqlState: '54001',
  message: 'the statement is nested too deeply to be checked',
  hint: 'Write it with fewer nested terms, or in several statements.',
  position: null,
};
const large: ParseError = {
  sqlState: '54000',
  message: `the statement is too large to be checked (at most ${textCharactersMax} characters)`,
  hint: 'Split it, use bound parameters in batches, or COPY … FROM STDIN.',
  position: null,
};
const tooSlow: ParseError = {
  sqlState: '54000',
  message: 'the statement could not be parsed in time',
  hint: 'Split it into smaller statements.',
  position: null,
};
const badCharacter: ParseError = {
  sqlState: '22021',
  message: 'the text holds a character that Postgres does not accept (NUL or half a surrogate pair)',
  hint: null,
  position: null,
};

/** Makes a parser. One for each worker process is enough; close it when the process ends. */
export async function createParser(): Promise<Parser> {
  let instance: ParserInstance | null = await makeInstance();
  let spare: ParserInstance | null = await makeInstance();
  const thread = new ParserThread();

  function dropInstance(): void {
    instance = spare;
    spare = null;
    void makeInstance().then((fresh) => {
      if (instance === null) instance = fresh;
      else spare = fresh;
    });
  }

  async function parseInThread(text: string): Promise<ParsedMessage> {
    return fromThread(text, await thread.parse(text));
  }

  function parse(text: string): ParsedMessage | Promise<ParsedMessage> {
    if (text.length > textCharactersMax) return refused(text, large);
    if (text.includes('\0') || !text.isWellFormed()) return refused(text, badCharacter);
    if (instance === null || text.length > inlineCharactersMax) return parseInThread(text);
    let parsed: string | SyntaxFault;
    try {
      parsed = instance.parseToJson(text);
    } catch {
      dropInstance();
      return refused(text, deep);
    }
    return typeof parsed === 'string' ? fromJson(text, parsed) : refused(text, syntaxError(parsed));
  }

  function canonical(text: string): string | null {
    if (instance === null || text.length > textCharactersMax || text.includes('\0')) return null;
    let scanned: string;
    try {
      scanned = instance.scanToJson(text);
    } catch {
      dropInstance();
      return null;
    }
    return canonicalFromScan(text, scanned);
  }

  return {
    parse,
    canonical,
    async warm() {
      await parseInThread('select 1');
      for (let round = 0; round < 300; round++) {
        parse(`select a, b from t where c = ${round} and d in (1, 2) order by 1 limit 10`);
        parse(`insert into t (a, b) values ($1, 'x') on conflict do nothing returning ${round}`);
      }
      canonical('select 1');
    },
    close: () => thread.close(),
  };
}

function fromThread(text: string, result: ThreadResult): ParsedMessage {
  switch (result.kind) {
    case 'tree':
      return fromJson(text, result.json);
    case 'syntax':
      return refused(text, syntaxError(result.fault));
    case 'deep':
      return refused(text, deep);
    case 'large':
      return refused(text, large);
    case 'lost':
      return refused(text, tooSlow);
  }
}

function refused(text: string, error: ParseError): ParsedMessage {
  return { kind: 'refused', text, error };
}

function syntaxError(fault: SyntaxFault): ParseError {
  const deepFault = fault.message.startsWith('memory exhausted');
  if (deepFault) return deep;
  return { sqlState: '42601', message: fault.message, hint: null, position: fault.position };
}

function fromJson(text: string, json: string): ParsedMessage {
  const tree = JSON.parse(json) as RawTree;
  const toUnits = byteOffsets(text);
  const statements: ParsedStatement[] = [];
  for (const raw of tree.stmts ?? []) {
    if (raw.stmt === undefined) continue;
    const location = raw.stmt_location ?? 0;
    const from = toUnits(location);
    const to = raw.stmt_len ? toUnits(location + raw.stmt_len) : text.length;
    const whole = text.slice(from, to);
    const start = from + (whole.length - whole.trimStart().length);
    statements.push({
      kind: Object.keys(raw.stmt)[0] ?? '',
      node: raw.stmt,
      start,
      end: Math.max(start, from + whole.trimEnd().length),
    });
  }
  return { kind: 'parsed', text, statements };
}
