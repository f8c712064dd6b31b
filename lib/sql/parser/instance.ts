import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// One WASM instance of Postgres' own parser. A RangeError or RuntimeError out of it leaves its stack
// unbalanced and, after some, its memory corrupt for good: whoever sees one must drop the instance.

interface PgQueryModule {
  getValue(pointer: number, type: 'i32'): number;
  UTF8ToString(pointer: number): string;
  stringToUTF8(text: string, pointer: number, bytesMax: number): void;
  lengthBytesUTF8(text: string): number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(pointer: number): number;
  _wasm_free_parse_result(pointer: number): void;
  _wasm_scan(pointer: number): number;
  _wasm_free_string(pointer: number): void;
}

type Imports = WebAssembly.Imports;

interface ModuleOptions {
  instantiateWasm(imports: Imports, done: (instance: WebAssembly.Instance) => void): object;
}

type ModuleFactory = (options: ModuleOptions) => Promise<PgQueryModule>;

/** A syntax error, with the parser's message and the character position from 1. */
export interface SyntaxFault {
  readonly message: string;
  readonly position: number | null;
}

export interface ParserInstance {
  /** The tree as JSON text, or the syntax error. Throws only when the instance is spoilt. */
  parseToJson(text: string): string | SyntaxFault;
  /** Lexer tokens as JSON text, as libpg_query writes them. Throws when spoilt; an Error of its own: bad text. */
  scanToJson(text: string): string;
}

const require = createRequire(import.meta.url);
let compiled: WebAssembly.Module | null = null;

function compiledModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(require.resolve('libpg-query/wasm/libpg-query.wasm')) as Uint8Array<ArrayBuffer>,
  );
  return compiled;
}

/** Makes a fresh instance from the module compiled once per thread. */
export async function makeInstance(): Promise<ParserInstance> {
  const factory = require('libpg-query/wasm/libpg-query.js') as ModuleFactory;
  const wasm = await factory({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(compiledModule(), imports);
      done(instance);
      return instance.exports;
    },
  });
  return {
    parseToJson: (text) => parseToJson(wasm, text),
    scanToJson: (text) => scanToJson(wasm, text),
  };
}

function copyIn(wasm: PgQueryModule, text: string): number {
  const bytes = wasm.lengthBytesUTF8(text) + 1;
  const pointer = wasm._malloc(bytes);
  if (pointer === 0) throw new RangeError('the parser has no memory for this text');
  wasm.stringToUTF8(text, pointer, bytes);
  return pointer;
}

function parseToJson(wasm: PgQueryModule, text: string): string | SyntaxFault {
  const input = copyIn(wasm, text);
  const result = wasm._wasm_parse_query_raw(input);
  if (result === 0) throw new RangeError('the parser gave no result');
  // struct PgQueryParseResult { char *tree; char *stderr; PgQueryError *error; }
  const fault = wasm.getValue(result + 8, 'i32');
  let answer: string | SyntaxFault;
  if (fault !== 0) {
    // struct PgQueryError { char *message, *funcname, *filename; int lineno, cursorpos; char *context; }
    const position = wasm.getValue(fault + 16, 'i32');
    answer = {
      message: wasm.UTF8ToString(wasm.getValue(fault, 'i32')),
      position: position > 0 ? position : null,
    };
  } else {
    const tree = wasm.getValue(result, 'i32');
    if (tree === 0) throw new RangeError('the parser gave neither a tree nor an error');
    answer = wasm.UTF8ToString(tree);
  }
  wasm._free(input);
  wasm._wasm_free_parse_result(result);
  return answer;
}

function scanToJson(wasm: PgQueryModule, text: string): string {
  const input = copyIn(wasm, text);
  const result = wasm._wasm_scan(input);
  if (result === 0) throw new RangeError('the scanner gave no result');
  const json = wasm.UTF8ToString(result);
  wasm._free(input);
  wasm._wasm_free_string(result);
  return json;
}
