import { readFileSync } from 'node:fs';
import { compilePolicies } from '#lib/policies/compile';
import { evaluate } from '#lib/policies/evaluate';
import type { EvaluateInput } from '#lib/policies/model';
import { warm } from '#lib/policies/warm';

// Time of one policy miss for each (action, object): goal under 150 µs with 10 candidate policies.

const rounds = 3_000;

function input(member: 'update' | 'select', objects: number): EvaluateInput {
  return {
    facts: {
      requests: Array.from({ length: objects }, (_, index) => ({
        action: member === 'select' ? ('read' as const) : ('write' as const),
        member,
        object: { kind: 'table' as const, schema: 'public', name: `t${index}` },
      })),
      attributes: { has_where: true },
      refusals: [],
      tag: member.toUpperCase(),
      functions: [],
      columns: [],
      outputs: [],
      outputsUnknown: false,
      unresolved: [],
    },
    agent: { id: 'agt_1', name: 'migrator', groups: ['builders'] },
    resource: { id: 'res_1', name: 'shop', kind: 'postgres', environment: 'production', masks: [] },
    grants: [{ id: 'gnt_1', actions: ['read', 'write', 'schema'], scope: ['public.*'], endsAt: null }],
    freezes: [],
    context: { now: new Date(), purposeTier: 'verified', rowEstimate: 10 },
  };
}

function rules(count: number): string {
  const one = (index: number) =>
    `@id("r${index}") @approve("dba") permit (principal, action in Action::"write", resource)
     when { context.environment == "production" && context.row_estimate > ${1_000 + index} };`;
  return Array.from({ length: count }, (_, index) => one(index)).join('\n');
}

function measure(name: string, text: string, asked: EvaluateInput): void {
  const policies = compilePolicies([{ name: 'bench.cedar', text }], 1);
  for (let round = 0; round < 300; round += 1) evaluate(policies, asked);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    evaluate(policies, asked);
    times.push((performance.now() - started) * 1_000);
  }
  times.sort((a, b) => a - b);
  const each = asked.facts.requests.length;
  const at = (share: number) =>
    ((times[Math.floor(times.length * share)] ?? 0) / each).toFixed(0).padStart(6);
  console.log(`${name.padEnd(44)} p50 ${at(0.5)} µs   p99 ${at(0.99)} µs a request`);
}

const cold = performance.now();
warm();
console.log(`warm() ${(performance.now() - cold).toFixed(0)} ms`);
const defaults = readFileSync(new URL('../../policies/defaults.cedar', import.meta.url), 'utf8');
const started = performance.now();
compilePolicies([{ name: 'defaults.cedar', text: defaults }], 1);
console.log(`compile defaults.cedar ${(performance.now() - started).toFixed(1)} ms`);
measure('defaults, SELECT of 1 table', defaults, input('select', 1));
measure('defaults, UPDATE of 1 table', defaults, input('update', 1));
measure('10 candidate policies, 1 table', rules(10), input('update', 1));
measure('10 candidate policies, 5 tables', rules(10), input('update', 5));
measure('100 candidate policies, 1 table', rules(100), input('update', 1));
