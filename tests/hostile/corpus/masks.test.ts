import { maskAttacks } from './attacks/masks.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(maskAttacks);
