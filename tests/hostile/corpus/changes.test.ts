import { changeAttacks } from './attacks/changes.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(changeAttacks);
