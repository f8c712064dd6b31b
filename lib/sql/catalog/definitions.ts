import { as } from '../facts/nodes.ts';
import type { ParsedMessage, ParsedStatement } from '../model.ts';
import { createParser, type Parser } from '../parser/parser.ts';

// Definitions of views and SQL functions, parsed once for as long as they stand.

let parser: Promise<Parser> | null = null;

/** Parsed definitions by text; each catalog takes over from the one before what it still has. */
export class Definitions {
  private readonly known = new Map<string, ParsedMessage>();
  private readonly before: Definitions | null;

  constructor(before: Definitions | null) {
    this.before = before;
  }

  async view(text: string | null): Promise<ParsedMessage | null> {
    return text === null ? null : this.parse(text);
  }

  /** A body is statements, or the whole CREATE FUNCTION of a function with a body in standard SQL. */
  async body(source: string | null, definition: string | null): Promise<ParsedMessage | null> {
    if (source !== null) return this.parse(source);
    return definition === null ? null : bodyOfDefinition(await this.parse(definition));
  }

  private async parse(text: string): Promise<ParsedMessage> {
    const known = this.known.get(text) ?? this.before?.known.get(text);
    if (known !== undefined) {
      this.known.set(text, known);
      return known;
    }
    parser ??= createParser();
    const parsed = await (await parser).parse(text);
    this.known.set(text, parsed);
    return parsed;
  }
}

function bodyOfDefinition(parsed: ParsedMessage): ParsedMessage | null {
  if (parsed.kind === 'refused') return parsed;
  const create = as(parsed.statements[0]?.node, 'CreateFunctionStmt');
  const body = create?.sql_body;
  if (body === undefined) return null;
  const returned = as(body, 'ReturnStmt');
  const nodes =
    returned === null
      ? (as(body, 'List')?.items ?? []).flatMap((part) => as(part, 'List')?.items ?? [part])
      : [{ SelectStmt: { targetList: [{ ResTarget: { val: returned.returnval ?? {} } }] } }];
  const statements = nodes.map(
    (node): ParsedStatement => ({
      kind: Object.keys(node)[0] ?? '',
      node: node as ParsedStatement['node'],
      start: 0,
      end: parsed.text.length,
    }),
  );
  return { kind: 'parsed', text: parsed.text, statements };
}
