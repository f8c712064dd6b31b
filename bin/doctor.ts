import { parseArgs, styleText } from 'node:util';
import { type Check, lookAt } from './doctor/check.ts';
import { databaseChecks } from './doctor/database.ts';
import { keyChecks } from './doctor/keys.ts';
import { serviceChecks } from './doctor/services.ts';
import { productEnvironment } from './product.ts';

/** Says what works and what does not, and what to do; exit code 1 when something does not. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { 'database-url': { type: 'boolean' } } });
  const environment = await productEnvironment();
  if (values['database-url']) {
    if (!environment.sandbox) {
      throw new Error('Only the sandbox tells its database login; here it is in your DATABASE_URL.');
    }
    console.log(environment.DATABASE_URL);
    return 0;
  }
  console.log(`Countersign${environment.sandbox ? ', sandbox mode' : ''}, Node ${process.version}`);
  console.log(`Data in ${environment.COUNTERSIGN_HOME}\n`);
  const checks: Check[] = [
    ...keyChecks(environment),
    ...databaseChecks(environment),
    ...serviceChecks(environment),
  ];
  let faults = 0;
  let reached = true;
  for (const check of checks) {
    // One sentence is enough for a database that does not answer.
    if (check.needsDatabase && !reached) continue;
    const finding = await lookAt(check);
    if (!finding.well) faults += 1;
    if (check.reachesDatabase) reached = finding.well;
    console.log(`  ${mark(finding.well)} ${check.name.padEnd(18)}${finding.text}`);
  }
  console.log(faults === 0 ? '\nAll is well.' : `\n${faults} not well.`);
  return faults === 0 ? 0 : 1;
}

function mark(isWell: boolean): string {
  const sign = isWell ? '✓' : '✗';
  return process.stdout.isTTY ? styleText(isWell ? 'green' : 'red', sign) : sign;
}
