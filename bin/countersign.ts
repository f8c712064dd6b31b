#!/usr/bin/env node
import { UsageError } from './usage.ts';

interface Command {
  readonly about: string;
  readonly load: () => Promise<{ run(args: string[]): Promise<number> }>;
}

const commands: Readonly<Record<string, Command>> = {
  start: { about: 'run the product', load: () => import('./start/start.ts') },
  token: {
    about: 'print a token of the local issuer for an agent (sandbox)',
    load: () => import('./token.ts'),
  },
  apply: {
    about: 'make the control database agree with a declaration file',
    load: () => import('./apply.ts'),
  },
  verify: { about: 'check an evidence pack or a recording, offline', load: () => import('./verify.ts') },
  doctor: { about: 'say what works and what does not', load: () => import('./doctor.ts') },
};

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const asked = name === 'help' || name === '--help' || name === '-h';
    (asked ? console.log : console.error)(helpText(asked ? '' : name));
    return asked ? 0 : 2;
  }
  return (await command.load()).run(args);
}

function helpText(unknown: string): string {
  const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(8)}${about}`);
  const head = unknown === '' ? [] : [`There is no command "${unknown}".`, ''];
  return [...head, 'countersign COMMAND', '', ...lines].join('\n');
}

function isUsageFault(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

try {
  process.exitCode = await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(isUsageFault(error) ? `Usage: ${message}` : message);
  if (process.env.COUNTERSIGN_DEBUG) console.error(error);
  process.exitCode = isUsageFault(error) ? 2 : 1;
}
