import { sameName } from './attacks/same-name.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus([sameName]);
