import { inferenceAttacks } from './attacks/inference.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(inferenceAttacks);
