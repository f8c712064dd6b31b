import { found, type Passage } from './passage.ts';
import { noGrant } from './require-grant.ts';

/** Resource name → target. An unknown name and one without a grant get the same answer. */
export async function resolveTarget(passage: Passage): Promise<Passage> {
  const { services, transport } = passage;
  const { agent } = found(passage.identity, 'authenticate').agent;
  const { resourceName } = transport.claimed;
  const target = await services.control.target(resourceName);
  if (target === null || target.resource.kind !== transport.wire) throw noGrant(agent.name, resourceName);
  return { ...passage, target };
}
