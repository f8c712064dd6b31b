import type { AttackClass } from '../attack.ts';
import { code } from './code.ts';
import { evasion } from './evasion.ts';
import { inferenceAttacks } from './inference.ts';
import { installed } from './installed.ts';
import { maskAttacks } from './masks.ts';
import { names } from './names.ts';
import { server } from './server.ts';

export const attackClasses: readonly AttackClass[] = [
  ...evasion,
  code,
  names,
  ...server,
  ...maskAttacks,
  ...inferenceAttacks,
  installed,
];
