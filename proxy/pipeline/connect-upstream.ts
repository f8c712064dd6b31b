import { found, type Passage } from './passage.ts';

export async function connectUpstream(passage: Passage): Promise<Passage> {
  const target = found(passage.authorized, 'require-grant');
  const session = found(passage.session, 'open-recording');
  await passage.transport.connectUpstream(target, session);
  return passage;
}
