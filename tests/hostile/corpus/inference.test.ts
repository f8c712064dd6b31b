import { inferenceAttacks } from './attacks/inference.ts';
import { shapeAttacks } from './attacks/shapes.ts';
import { runCorpus } from './run-corpus.ts';

runCorpus([...inferenceAttacks, ...shapeAttacks]);
