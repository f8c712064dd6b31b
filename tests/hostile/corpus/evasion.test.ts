import { evasion } from './attacks/evasion.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(evasion);
