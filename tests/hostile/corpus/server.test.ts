import { server } from './attacks/server.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(server);
