import { parentPort } from 'node:worker_threads';
import { makeInstance, type SyntaxFault } from './instance.ts';
import { treeCharactersMax, treeDepthMax } from './limits.ts';

export interface ThreadRequest {
  readonly id: number;
  readonly text: string;
}

export type ThreadAnswer = { readonly id: number } & (
  | { readonly kind: 'tree'; readonly json: string }
  | { readonly kind: 'syntax'; readonly fault: SyntaxFault }
  | { readonly kind: 'deep' }
  | { readonly kind: 'large' }
);

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
  if (parsed.length > treeCharactersMax) return { id, kind: 'large' };
  return jsonDepth(parsed) > treeDepthMax ? { id, kind: 'deep' } : { id, kind: 'tree', json: parsed };
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
