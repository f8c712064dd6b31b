import { errorAttacks } from './attacks/errors.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(errorAttacks);
