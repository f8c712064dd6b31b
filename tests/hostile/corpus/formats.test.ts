import { formatAttacks } from './attacks/formats.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus(formatAttacks);
