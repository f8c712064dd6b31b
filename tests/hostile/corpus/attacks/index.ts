import type { AttackClass } from '../attack.ts';
import { changeAttacks } from './changes.ts';
import { code } from './code.ts';
import { errorAttacks } from './errors.ts';
import { evasion } from './evasion.ts';
import { formatAttacks } from './formats.ts';
import { inferenceAttacks } from './inference.ts';
import { installed } from './installed.ts';
import { lineageAttacks } from './lineage.ts';
import { maskAttacks } from './masks.ts';
import { meanings } from './meanings.ts';
import { names } from './names.ts';
import { server } from './server.ts';
import { shapeAttacks } from './shapes.ts';

export const attackClasses: readonly AttackClass[] = [
  ...evasion,
  code,
  names,
  meanings,
  ...server,
  ...maskAttacks,
  ...formatAttacks,
  ...inferenceAttacks,
  ...shapeAttacks,
  ...lineageAttacks,
  ...errorAttacks,
  ...changeAttacks,
  installed,
];
