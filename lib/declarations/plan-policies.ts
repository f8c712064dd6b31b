import { isCountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import {
  compilePolicies,
  insertPolicyVersion,
  policiesDigest,
  readActivePolicies,
} from '#lib/policies/index';
import type { Planning } from './plan-model.ts';

/** Publishes the files as a new version when they differ from the active one. */
export async function planPolicies(tx: Tx, planning: Planning): Promise<void> {
  const files = planning.input.policyFiles;
  if (files === undefined) return;
  try {
    compilePolicies(files, 0);
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    planning.faults.push(
      ...(error.details.length > 0 ? error.details : [{ at: 'policies', message: error.message }]),
    );
    return;
  }
  const active = await readActivePolicies(tx);
  const name = files.map((file) => file.name).join(', ');
  if (active?.digest === policiesDigest(files)) {
    planning.unchanged += 1;
    return;
  }
  const publish = (tx: Tx, context: Parameters<typeof insertPolicyVersion>[1]) =>
    insertPolicyVersion(tx, context, {
      files: [...files],
      reason: `declared in ${planning.input.file.name}`,
      basedOn: active?.version ?? null,
    });
  if (active) planning.change('policies', name, [`version ${active.version} is replaced`], publish);
  else planning.create('policies', name, publish);
}
