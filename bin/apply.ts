import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#lib/core/clock';
import { isCountersignError } from '#lib/core/errors';
import { readSealingKey } from '#lib/core/sealing-key';
import { visible } from '#lib/core/visible-text';
import { openDb } from '#lib/db/client';
import {
  type Applying,
  applyDeclaration,
  type DeclarationFile,
  type DeclarationInput,
  type DeclaredSecret,
  type Plan,
  planDeclaration,
  readDeclaration,
  refused,
} from '#lib/declarations/index';
import { productEnvironment } from './product.ts';
import { UsageError } from './usage.ts';

const usage = 'countersign apply -f access.yaml [--dry-run] [--as EMAIL] [--alone REASON]';

/** Makes the control database agree with a declaration file; prints the plan first. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: 'string', short: 'f' },
      'dry-run': { type: 'boolean', default: false },
      as: { type: 'string' },
      alone: { type: 'string' },
    },
  });
  if (values.file === undefined) throw new UsageError(usage);
  try {
    const alone = values.alone?.trim();
    if (alone === '') throw new UsageError(`${usage}\n--alone needs a reason: it stands in the ledger.`);
    return await apply(values.file, {
      dryRun: values['dry-run'],
      as: values.as ?? null,
      alone: alone === undefined ? undefined : { reason: alone },
    });
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    for (const { at, message } of error.details) console.error(`${at}: ${visible(message)}`);
    console.error(error.message);
    return 1;
  }
}

interface Options extends Pick<Applying, 'as' | 'alone'> {
  readonly dryRun: boolean;
}

async function apply(path: string, options: Options): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} can't be read.`);
  });
  const file = readDeclaration(basename(path), text);
  const environment = await productEnvironment();
  const url = environment.DATABASE_URL;
  if (url === undefined) throw new Error('DATABASE_URL is not set, and no sandbox was started here.');
  const input = await gather(file, path, environment.COUNTERSIGN_KEY_FILE);
  const context = { db: openDb(url, 2), clock: systemClock };
  try {
    const applying = { input, as: options.as, alone: options.alone, sandbox: environment.sandbox };
    const plan = await planDeclaration(context, applying);
    printPlan(plan);
    if (options.dryRun || plan.changes.length === 0) return 0;
    const made = await applyDeclaration(context, applying, plan);
    if (made.state === 'proposed') {
      console.log(`
Nothing was changed: it changes people, roles or masks, so another admin has to consent first.
Proposed as ${made.proposalId}. After their consent (Settings, Changes) run this again.`);
      return 3;
    }
    console.log(`\nApplied: ${changesOf(plan)}.`);
    return 0;
  } finally {
    await context.db.$disconnect();
  }
}

/** Reads what the file points to: passwords, certificates, policies, and our own sealing key. */
async function gather(
  file: DeclarationFile,
  path: string,
  keyFile: string | undefined,
): Promise<DeclarationInput> {
  const faults: { at: string; message: string }[] = [];
  const gathered = {
    passwords: new Map<string, string>(),
    caCertificates: new Map<string, string>(),
    certificates: new Map<string, string>(),
    certificateKeys: new Map<string, string>(),
  };
  const { resources, policies } = file.declaration;
  for (const [index, { name, password, ca, certificate, certificate_key }] of resources.entries()) {
    const fault = (member: string, message: string) =>
      void faults.push({ at: file.at(['resources', index, member]), message });
    const secret = async (of: DeclaredSecret | undefined, member: string, into: Map<string, string>) => {
      if (of === undefined) return;
      const read = await readSecret(of, path);
      if (read.value === null) fault(member, read.why);
      else into.set(name, read.value);
    };
    const text = async (of: { file: string } | undefined, member: string, into: Map<string, string>) => {
      if (of === undefined) return;
      const read = await readBeside(path, of.file);
      if (read === null) fault(member, `${of.file} can't be read`);
      else into.set(name, read);
    };
    await secret(password, 'password', gathered.passwords);
    await text(ca, 'ca', gathered.caCertificates);
    await text(certificate, 'certificate', gathered.certificates);
    await secret(certificate_key, 'certificate_key', gathered.certificateKeys);
  }
  const policyFiles: { name: string; text: string }[] = [];
  for (const [index, policy] of (policies ?? []).entries()) {
    const text = await readBeside(path, policy.file);
    const at = file.at(['policies', index, 'file']);
    if (text === null) faults.push({ at, message: `${policy.file} can't be read` });
    else policyFiles.push({ name: basename(policy.file), text });
  }
  if (faults.length > 0) throw refused(file.name, faults);
  const key = keyFile === undefined ? null : readSealingKey(await readFile(keyFile, 'utf8'));
  return {
    file,
    ...gathered,
    key,
    policyFiles: policies === undefined ? undefined : policyFiles,
  };
}

async function readSecret(
  secret: DeclaredSecret,
  path: string,
): Promise<{ value: string } | { value: null; why: string }> {
  if ('env' in secret) {
    const value = process.env[secret.env];
    return value ? { value } : { value: null, why: `the variable ${secret.env} is not set` };
  }
  const content = (await readBeside(path, secret.file))?.replace(/\r?\n$/, '');
  return content ? { value: content } : { value: null, why: `${secret.file} can't be read, or is empty` };
}

/** Beside the declaration first, then from where the command runs. */
async function readBeside(path: string, name: string): Promise<string | null> {
  const places = isAbsolute(name) ? [name] : [join(dirname(resolve(path)), name), resolve(name)];
  for (const place of places) {
    const text = await readFile(place, 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  return null;
}

function printPlan(plan: Plan): void {
  const sign = { create: '+', change: '~', end: '-' };
  for (const { operation, kind, name, note } of plan.changes) {
    console.log(
      `  ${sign[operation]} ${operation.padEnd(7)}${kind.padEnd(10)}${visible(name)}${note ? ` (${visible(note)})` : ''}`,
    );
  }
  for (const { kind, name } of plan.untouched) {
    console.log(`    left   ${kind.padEnd(10)}${visible(name)} (not made by apply)`);
  }
  const count = plan.changes.length;
  console.log(
    count === 0
      ? `Nothing to change: all ${plan.unchanged} objects are as declared.`
      : `${changesOf(plan)}, ${plan.unchanged} unchanged.`,
  );
}

function changesOf({ changes }: Plan): string {
  return changes.length === 1 ? '1 change' : `${changes.length} changes`;
}
