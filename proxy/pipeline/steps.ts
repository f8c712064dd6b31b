import { authenticate } from './authenticate.ts';
import { close } from './close.ts';
import { connectUpstream } from './connect-upstream.ts';
import { openRecording } from './open-recording.ts';
import type { Passage } from './passage.ts';
import { relay } from './relay.ts';
import { requireGrant } from './require-grant.ts';
import { resolveTarget } from './resolve-target.ts';

export interface Step {
  readonly name: string;
  readonly run: (passage: Passage) => Promise<Passage>;
}

/** The way of every connection, on every wire. The recording stands before the target is touched. */
export const steps: readonly Step[] = [
  { name: 'authenticate', run: authenticate },
  { name: 'resolve-target', run: resolveTarget },
  { name: 'require-grant', run: requireGrant },
  { name: 'open-recording', run: openRecording },
  { name: 'connect-upstream', run: connectUpstream },
  { name: 'relay', run: relay },
];

/** Takes a connection through the steps; what was opened is closed, however it ends. */
export async function runSteps(start: Passage): Promise<void> {
  let passage = start;
  try {
    for (const step of steps) passage = await step.run(passage);
  } catch (error) {
    await close({ ...passage, ending: { state: 'closed', reason: reasonOf(error) } });
    throw error;
  }
  await close(passage);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the session could not be opened';
}
