import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '#bin/home';
import { writePrivate } from '#bin/private-file';
import { sandboxAgents, sandboxPeople } from './people.ts';
import type { SandboxSecrets } from './secrets.ts';
import { shopOwner } from './shop.ts';

/** Whoever the sandbox's declarations are applied as, by the product's own verb. */
export const sandboxAdmin = 'ada@example.com';

interface AccessSettings {
  readonly issuerPort: number;
  readonly policies: string;
}

/**
 * Writes the sandbox's declarations once; after that the file is the person's to edit. Only the
 * ports are kept up, because they may differ from one start to the next.
 */
export async function ensureAccessFile(
  home: Home,
  secrets: SandboxSecrets,
  settings: AccessSettings,
): Promise<void> {
  await writePrivate(shopPasswordFile(home), `${secrets.shopPassword}\n`);
  const found = await readFile(home.access, 'utf8').catch(() => null);
  const text =
    found === null
      ? accessText(home, secrets, settings)
      : found
          .replace(/(issuer: "http:\/\/localhost:)\d+(")/, `$1${settings.issuerPort}$2`)
          .replace(/^( {4}port: )\d+( +# kept by the sandbox)$/m, `$1${secrets.databasePort}$2`);
  if (text !== found) await writePrivate(home.access, text, 0o644);
}

function shopPasswordFile(home: Home): string {
  return join(home.keys, 'shop.password');
}

function accessText(home: Home, secrets: SandboxSecrets, settings: AccessSettings): string {
  const agents = sandboxAgents.map(
    (name) =>
      `  - { name: ${name}, owner: ${sandboxAdmin}, match: { issuer: local, claims: { sub: ${name} } } }`,
  );
  const people = sandboxPeople.map(
    (person) =>
      `  - { email: ${person.email}, name: ${person.name}, roles: [${person.roles.join(', ')}], groups: [${person.groups.join(', ')}] }`,
  );
  return `# What the sandbox declares. Change it and run:
#   npx countersign apply -f ${home.access} --as ${sandboxAdmin}

issuers:
  - { name: local, issuer: "http://localhost:${settings.issuerPort}", audience: countersign }

groups:
  - { name: dba }
  - { name: security }

people:
${people.join('\n')}

agents:
${agents.join('\n')}

resources:
  - name: shop
    kind: postgres
    environment: production
    host: 127.0.0.1
    port: ${secrets.databasePort}   # kept by the sandbox
    database: shop
    user: ${shopOwner}
    password: { file: ${JSON.stringify(shopPasswordFile(home))} }
    tls: disable
    owner: grace@example.com
    masks:
      - { columns: ["public.customers.email"], mask: partial, lookup: equality }
      - { columns: ["public.customers.ssn", "public.payments.card_number"], mask: fixed }

grants:
  - { agent: migrator, resource: shop, actions: [read, write, schema], on: ["public.*"], reason: "schema migrations", until: 2027-12-31 }
  - { agent: reporter, resource: shop, actions: [read], on: ["public.*"], reason: "weekly revenue report", until: 2027-12-31 }
  - { agent: triage, resource: shop, actions: [read], on: ["public.orders", "public.customers"], reason: "find out what went wrong with an order", until: 2027-12-31 }
  - { agent: triage, resource: shop, actions: [write], on: ["public.payments"], reason: "repair payments after the March incident", until: 2027-12-31 }

policies:
  - file: ${JSON.stringify(settings.policies)}
`;
}
