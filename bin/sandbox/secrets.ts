import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Home } from '#bin/home';
import { freePort, isPortFree } from '#bin/ports';
import { readOrMake, writePrivate } from '#bin/private-file';

const secret = z.string().min(20);

const schema = z.object({
  databasePort: z.number().int(),
  superuserPassword: secret,
  ownerPassword: secret,
  runtimePassword: secret,
  shopPassword: secret,
  sessionSecret: secret,
  webClientSecret: secret,
  /** Agents' client secrets are derived from it: an agent that is declared later has one too. */
  agentSecret: secret,
});

/** Passwords and keys that the sandbox made for itself, in its home, readable by nobody else. */
export type SandboxSecrets = z.infer<typeof schema>;

/** Reads them, or makes them at the first start. */
export async function ensureSecrets(home: Home): Promise<SandboxSecrets> {
  const text = await readOrMake(home.secrets, async () => {
    const made: SandboxSecrets = {
      databasePort: await freePort(),
      superuserPassword: random(),
      ownerPassword: random(),
      runtimePassword: random(),
      shopPassword: random(),
      sessionSecret: random(),
      webClientSecret: random(),
      agentSecret: random(),
    };
    return `${JSON.stringify(made, null, 2)}\n`;
  });
  return parse(home, text);
}

/** The database keeps its port while it can; a program that took it meanwhile gets to keep it. */
export async function settlePort(home: Home, secrets: SandboxSecrets): Promise<SandboxSecrets> {
  if (await isPortFree(secrets.databasePort)) return secrets;
  const moved = { ...secrets, databasePort: await freePort() };
  await writePrivate(home.secrets, `${JSON.stringify(moved, null, 2)}\n`);
  return moved;
}

/** Throws one sentence where no sandbox was started yet. */
export async function readSecrets(home: Home): Promise<SandboxSecrets> {
  const text = await readFile(home.secrets, 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(
      `There is no sandbox in ${home.folder}. Start it with \`npm start\`, or set COUNTERSIGN_HOME to its folder.`,
    );
  }
  return parse(home, text);
}

function parse(home: Home, text: string): SandboxSecrets {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${home.secrets} is damaged. Move ${home.folder} away to begin anew.`, { cause });
  }
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
