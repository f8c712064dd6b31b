import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';

/** One Postgres for the whole run; each test file makes databases of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { cluster, stop } = await startCluster();
  project.provide('cluster', cluster);
  return stop;
}
