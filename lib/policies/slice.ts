import { type PolicyJson, type PolicySet, preparedSet } from './cedar.ts';
import type { CompiledPolicies, CompiledPolicy, ContextRead } from './compiled.ts';
import { grantTemplates, linksOf } from './grants.ts';
import type { Action, GrantTerms, ObjectRef, PolicyAgent, PolicyResource } from './model.ts';

/** The policies and grants that can matter for one member, prepared for Cedar. */
export interface Slice {
  readonly setId: () => string;
  readonly reads: ReadonlySet<ContextRead>;
  /** Names of the context that the candidates read. */
  readonly names: ReadonlySet<string>;
}

/** Whose requests are decided, by what. Made once for all requests of a statement. */
export interface Subject {
  /** Tells subjects apart: policies, agent with groups, resource, grants. */
  readonly key: string;
  readonly policies: CompiledPolicies;
  readonly agent: PolicyAgent;
  readonly resource: PolicyResource;
  /** Grants that have not ended. */
  readonly grants: readonly GrantTerms[];
}

// Slices of one subject: agents × resources × members that a worker sees lately.
const slicesMax = 2_000;
const slices = new Map<string, Slice>();

export function sliceFor(subject: Subject, action: Action, member: string, object: ObjectRef): Slice {
  const catalog = object.kind !== 'resource' && isSystemSchema(object.schema);
  const key = `${subject.key}\n${member}\n${catalog ? 'c' : ''}`;
  const known = slices.get(key);
  if (known) return known;
  const candidates = subject.policies.policies.filter(
    (policy) =>
      mayConcern(policy.json, subject, action, member) && (catalog || policy.id !== 'builtin:catalog'),
  );
  const slice: Slice = {
    setId: () => preparedSet(key, () => setOf(candidates, subject, action)),
    reads: new Set(candidates.flatMap((policy) => [...policy.reads])),
    names: new Set(candidates.flatMap((policy) => [...policy.names])),
  };
  if (slices.size >= slicesMax) slices.clear();
  slices.set(key, slice);
  return slice;
}

export function isSystemSchema(schema: string): boolean {
  return schema === 'pg_catalog' || schema === 'information_schema';
}

function setOf(candidates: readonly CompiledPolicy[], subject: Subject, action: Action): PolicySet {
  const links = subject.grants.flatMap((grant) =>
    linksOf(grant, action, subject.agent.name, subject.resource.name),
  );
  const used = new Set(links.map((link) => link.templateId));
  return {
    staticPolicies: Object.fromEntries(candidates.map((policy) => [policy.id, policy.text])),
    templates: Object.fromEntries(Object.entries(grantTemplates).filter(([id]) => used.has(id))),
    templateLinks: links,
  };
}

/** False only where the policy's scope can't match; Cedar decides the rest. */
function mayConcern(policy: PolicyJson, subject: Subject, action: Action, member: string): boolean {
  return (
    actionMatches(policy.action, action, member) &&
    principalMatches(policy.principal, subject.agent) &&
    resourceMatches(policy.resource, subject.resource.name)
  );
}

function actionMatches(scope: PolicyJson['action'], action: Action, member: string): boolean {
  if (scope.op === 'All') return true;
  if (scope.op === '==') return !('entity' in scope) || idOf(scope.entity) === member;
  const named = 'entities' in scope ? scope.entities : [scope.entity];
  return named.some((entity) => [action, member].includes(idOf(entity)));
}

function principalMatches(scope: PolicyJson['principal'], agent: PolicyAgent): boolean {
  if (!('entity' in scope)) return true;
  const id = idOf(scope.entity);
  if (scope.op === '==') return id === agent.name;
  return id === agent.name || agent.groups.includes(id);
}

function resourceMatches(scope: PolicyJson['resource'], resourceName: string): boolean {
  if (!('entity' in scope)) return true;
  const uid = '__entity' in scope.entity ? scope.entity.__entity : scope.entity;
  return uid.type !== 'Resource' || uid.id === resourceName;
}

type Uid = { type: string; id: string } | { __entity: { type: string; id: string } };

function idOf(entity: Uid): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

const grantKeys = new WeakMap<GrantTerms, string>();

function grantKey(grant: GrantTerms): string {
  let key = grantKeys.get(grant);
  if (key === undefined) {
    key = JSON.stringify([grant.id, grant.actions, grant.scope]);
    grantKeys.set(grant, key);
  }
  return key;
}

export function subjectOf(
  policies: CompiledPolicies,
  agent: PolicyAgent,
  resource: PolicyResource,
  grants: readonly GrantTerms[],
): Subject {
  const who = JSON.stringify([agent.name, agent.groups, resource.name]);
  return { key: `${policies.key}${who}${grants.map(grantKey).join('')}`, policies, agent, resource, grants };
}
