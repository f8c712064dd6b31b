import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

const folder = join(import.meta.dirname, '../../prisma/schema');

/**
 * The SQL that would make an empty database what prisma/schema says, from Prisma's own engine as
 * WASM. `url` is any database that answers: the engine asks for its version, nothing else.
 */
export async function schemaScript(url: string): Promise<string> {
  const engine = await loadEngine();
  const files = readdirSync(folder).map((name) => ({
    path: `prisma/schema/${name}`,
    content: readFileSync(join(folder, name), 'utf8'),
  }));
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
  const instance = await engine.SchemaEngine.new(
    { datamodels: files.map(({ path, content }): [string, string] => [path, content]) },
    () => {},
    adapter,
  );
  const { stdout } = await instance.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  if (!stdout) throw new Error('Prisma’s engine told no script');
  return stdout;
}

interface Engine {
  readonly SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] },
      log: (line: string) => void,
      adapter: unknown,
    ) => Promise<{ diff(input: object): Promise<{ stdout: string | null }> }>;
  };
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

// By hand: importing a .wasm file as a module is not to be had everywhere.
async function loadEngine(): Promise<Engine> {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = (await import(path)) as Engine;
  const wasm = new WebAssembly.Module(readFileSync(path.replace(/\.js$/, '.wasm')));
  const instance = new WebAssembly.Instance(wasm, {
    './schema_engine_bg.js': engine as unknown as WebAssembly.ModuleImports,
  });
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return engine;
}
