import { approvalTtlSecondsDefault, approvalTtlSecondsMax } from '#lib/core/limits';
import { otherUses } from '#lib/masking/schema';
import type { Obligations } from './compiled.ts';
import { readLimits } from './limits.ts';
import { type HoldTerms, limitKinds } from './model.ts';

const quorumMax = 20;
const ttlSecondsMin = 60;
const obligationNames = ['approve', 'quorum', 'ttl', 'repeat', 'reason', 'masked', ...limitKinds] as const;
const textNames = ['id', 'message', 'hint'] as const;

type Annotations = Readonly<Record<string, string | null | undefined>>;

/** Reads a policy's annotations. `faults` are sentences; with any, the rest is not to be used. */
export function readObligations(annotations: Annotations): {
  readonly obligations: Obligations | null;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  for (const name of Object.keys(annotations)) {
    if (!isKnown(name)) faults.push(`nobody knows the annotation @${name}; known are ${knownList}`);
  }
  if (!obligationNames.some((name) => name in annotations)) return { obligations: null, faults };
  const holds = 'approve' in annotations;
  for (const name of ['quorum', 'ttl', 'repeat'] as const) {
    if (name in annotations && !holds) faults.push(`@${name} says nothing without @approve("group")`);
  }
  const groups = holds ? listOf(annotations.approve) : null;
  const quorum = wholeNumber(annotations.quorum, 1, quorumMax);
  const ttl = durationSeconds(annotations.ttl);
  if ('quorum' in annotations && quorum === null) faults.push(`@quorum is a number from 1 to ${quorumMax}`);
  if ('ttl' in annotations && ttl === null) {
    faults.push(`@ttl is a time from 1m to ${approvalTtlSecondsMax / 60}m: @ttl("15m"), @ttl("900s")`);
  }
  const repeat = flag(annotations, 'repeat');
  if (repeat === null) faults.push('@repeat stands alone, or says "true" or "false"');
  const reason = annotations.reason ?? 'required';
  if ('reason' in annotations && reason !== 'required')
    faults.push('@reason can only be @reason("required")');
  const masked = otherUses.find((use) => use === annotations.masked) ?? null;
  if ('masked' in annotations && (masked === null || masked === 'mask')) {
    faults.push('@masked is "deny" or "hold": a rule can only be stricter than a mask’s own other_use');
  }
  const { limits, faults: limitFaults } = readLimits(annotations);
  faults.push(...limitFaults);
  return {
    faults,
    obligations: {
      groups,
      quorum: quorum ?? 1,
      ttlSeconds: ttl,
      repeat: repeat === true,
      reasonRequired: 'reason' in annotations,
      masked,
      limits,
    },
  };
}

export const knownList = [...textNames, ...obligationNames].map((name) => `@${name}`).join(', ');

function isKnown(name: string): boolean {
  return [...textNames, ...obligationNames].some((known) => known === name);
}

function listOf(value: string | null | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function wholeNumber(value: string | null | undefined, least: number, most: number): number | null {
  if (!value || !/^\d{1,9}$/.test(value)) return null;
  const number = Number(value);
  return number >= least && number <= most ? number : null;
}

function durationSeconds(value: string | null | undefined): number | null {
  const match = /^(\d{1,6})(s|m)$/.exec(value ?? '');
  if (!match) return null;
  const seconds = Number(match[1]) * (match[2] === 'm' ? 60 : 1);
  return seconds >= ttlSecondsMin && seconds <= approvalTtlSecondsMax ? seconds : null;
}

function flag(annotations: Annotations, name: string): boolean | null {
  if (!(name in annotations)) return false;
  const value = annotations[name] ?? 'true';
  return value === 'true' ? true : value === 'false' ? false : null;
}

/** The strictest of several holds: every group answers, highest quorum, shortest life. */
export function strictestHold(holds: readonly Obligations[]): HoldTerms | null {
  if (holds.length === 0) return null;
  const groups = new Set(holds.flatMap((hold) => hold.groups ?? []));
  const lives = holds.map((hold) => hold.ttlSeconds ?? approvalTtlSecondsDefault);
  return {
    groups: [...groups].sort(),
    quorum: Math.max(...holds.map((hold) => hold.quorum)),
    ttlSeconds: Math.min(...lives),
    repeat: holds.every((hold) => hold.repeat),
  };
}
