/** What a resource of this name needs, and no more. */
export const input = (name: string) => ({
  name,
  kind: 'postgres' as const,
  environment: 'staging' as const,
  host: 'db.example.com',
  port: 5432,
  database: 'app',
  username: 'app',
});
