import { relative } from 'node:path';
import type { Environment } from '#bin/environment';
import type { Home } from '#bin/home';
import { sandboxPeople } from './people.ts';

/** What a newcomer needs to go on, printed once everything answers. */
export function sandboxWelcome(home: Home, environment: Environment, dataDirectory: string): string {
  const people = sandboxPeople
    .map((person) => `              ${person.email.padEnd(21)}${person.may}`)
    .join('\n');
  return `
  SANDBOX: anybody on this machine may sign in as anybody. Set DATABASE_URL for anything real.

  Page        http://localhost:${environment.PORT}
  Sign in as
${people}

  Be an agent (paste it in this folder):

${psqlLine(home, environment)}

  then try    SELECT * FROM customers LIMIT 5;
              DELETE FROM orders WHERE id < 50;
              DROP TABLE customers;

  Data        ${home.folder}${dataDirectory.startsWith(home.folder) ? '' : `\n              its database: ${dataDirectory}`}
  Logs        ${relative(process.cwd(), home.logs) || home.logs}
  Ctrl-C ends it; the next start goes on from here.
`;
}

/** A line for any POSIX shell: stock psql, the gateway's certificate verified, a fresh token. */
export function psqlLine(home: Home, environment: Environment): string {
  const setting = process.env.COUNTERSIGN_HOME === undefined ? '' : `COUNTERSIGN_HOME=${quote(home.folder)} `;
  const token = `${setting}npx countersign token migrator`;
  const target = [
    'host=localhost',
    `port=${environment.COUNTERSIGN_POSTGRES_PORT}`,
    'dbname=shop user=migrator sslmode=verify-full',
    `sslrootcert='${home.caCertificate.replaceAll(/['\\]/g, '\\$&')}'`,
  ].join(' ');
  return `PGPASSWORD="$(${token})" psql "${target}"`;
}

function quote(text: string): string {
  return /^[\w/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
