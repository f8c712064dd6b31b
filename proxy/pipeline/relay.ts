import { counted } from '#proxy/metrics';
import { found, type Passage } from './passage.ts';

export async function relay(passage: Passage): Promise<Passage> {
  passage.services.metrics.add(counted.sessions);
  const ending = await passage.transport.relay(found(passage.session, 'open-recording'));
  return { ...passage, ending };
}
