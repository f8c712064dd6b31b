import { code } from './attacks/code.ts';
import { installed } from './attacks/installed.ts';
import { meanings } from './attacks/meanings.ts';
import { names } from './attacks/names.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus([code, installed, names, meanings]);
