import { lineageAttacks } from './attacks/lineage.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(lineageAttacks);
