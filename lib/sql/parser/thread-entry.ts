import { parentPort } from 'node:worker_threads';
import { condenseInserts } from './condense.ts';
import { makeInstance, type SyntaxFault } from './instance.ts';
import { condenseFromCharacters, treeCharactersMax, treeDepthMax } from './limits.ts';
import { type ThreadAnswer, type ThreadRequest, threadReady } from './thread-protocol.ts';

let instance = await makeInstance();

async function answer(request: ThreadRequest): Promise<ThreadAnswer> {
  const { id, text } = request;
  let parsed: string | SyntaxFault;
  try {
    parsed = instance.parseToJson(text);
  } catch {
    instance = await makeInstance();
    return { id, kind: 'deep' };
  }
  if (typeof parsed !== 'string') return { id, kind: 'syntax', fault: parsed };
  if (jsonDepth(parsed) > treeDepthMax) return { id, kind: 'deep' };
  const json = parsed.length < condenseFromCharacters ? parsed : condensed(parsed);
  return json.length > treeCharactersMax ? { id, kind: 'large' } : { id, kind: 'tree', json };
}

function condensed(json: string): string {
  const tree = JSON.parse(json) as Parameters<typeof condenseInserts>[0];
  condenseInserts(tree);
  return JSON.stringify(tree);
}

/** Deepest nesting of objects in a JSON text, without recursion. */
function jsonDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === 0x22) {
      for (at++; json.charCodeAt(at) !== 0x22; at++) if (json.charCodeAt(at) === 0x5c) at++;
    } else if (unit === 0x7b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (unit === 0x7d) depth--;
  }
  return deepest;
}

parentPort?.on('message', async (request: ThreadRequest) => {
  parentPort?.postMessage(await answer(request));
});
parentPort?.postMessage(threadReady);
