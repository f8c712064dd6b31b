import { defineConfig } from 'prisma/config';

// Prisma's native engine is a download of its own. `generate` never calls it, so any existing
// file satisfies the lookup; migrations are SQL and are applied by lib/db/migrate.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= import.meta.filename;
process.env.CHECKPOINT_DISABLE ??= '1';

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
});
