import {
  type AccessFact,
  type ObjectFact,
  type OcsfEvent,
  ocsfVersion,
  type StatementFact,
} from './model.ts';

const product = { name: 'Countersign', vendor_name: 'Countersign' };

const datastore = {
  category_uid: 6,
  category_name: 'Application Activity',
  class_uid: 6005,
  class_name: 'Datastore Activity',
} as const;
const api = {
  category_uid: 6,
  category_name: 'Application Activity',
  class_uid: 6003,
  class_name: 'API Activity',
} as const;
const access = {
  category_uid: 3,
  category_name: 'Identity & Access Management',
  class_uid: 3005,
  class_name: 'User Access Management',
} as const;

type Kind = typeof datastore | typeof api | typeof access;

function classed<Of extends Kind>(kind: Of, id: number, name: string) {
  return {
    ...kind,
    activity_id: id,
    activity_name: name,
    type_uid: kind.class_uid * 100 + id,
    type_name: `${kind.class_name}: ${name}`,
  };
}

const metadata = (uid: string) => ({ version: ocsfVersion, uid, product, profiles: ['security_control'] });
const severities = { 1: 'Informational', 3: 'Medium', 4: 'High' } as const;
const severityOf = (id: keyof typeof severities) => ({ severity_id: id, severity: severities[id] });
const person = ({ id, name }: { id: string; name: string }) => ({ uid: id, name });
/** OCSF knows no agents: type 4 is a service's identity. */
const agentUser = (agent: { id: string; name: string }) => ({
  ...person(agent),
  type_id: 4,
  type: 'Service',
});

/** A statement as Datastore Activity (6005). */
export function statementEvent(fact: StatementFact): OcsfEvent {
  const { agent, resource, error } = fact;
  const [id, name] = activityOf(fact);
  return {
    ...classed(datastore, id, name),
    ...severityOf(fact.decision === 'allow' ? 1 : 3),
    ...statusOf(fact.outcome),
    ...dispositionOf(fact),
    time: fact.at.getTime(),
    message: `${agent.name} sent ${fact.tag} to ${resource.name}: ${fact.decision}, ${fact.outcome}`,
    metadata: metadata(`${fact.sessionId}:${fact.seq}`),
    actor: { user: agentUser(agent), session: { uid: fact.sessionId } },
    src_endpoint: fact.clientAddress === null ? { name: 'unknown' } : { ip: fact.clientAddress },
    dst_endpoint: { name: resource.name },
    database: { uid: resource.id, name: resource.name, type_id: 1, type: 'Relational' },
    resources: fact.objects.map((object) => ({ name: object, type: 'object', namespace: resource.name })),
    query_info: {
      uid: `${fact.sessionId}:${fact.seq}`,
      datastore_query: fact.text,
      query_time: fact.at.getTime(),
      bytes_out: fact.bytesOut,
    },
    unmapped: { rows: fact.rows, actions: fact.actions, ticket: fact.ticket },
    ...(fact.durationUs === null ? {} : { duration: Math.round(fact.durationUs / 1000) }),
    ...(error === null ? {} : { status_code: error.code, status_detail: error.message }),
    authorizations: fact.policies.map((policy) => ({
      decision: fact.decision,
      policy: { uid: policy, name: policy },
    })),
  };
}

function activityOf({ tag, actions }: StatementFact): readonly [number, string] {
  if (actions.includes('schema')) return [99, 'Schema Change'];
  if (/^DELETE|^TRUNCATE/.test(tag)) return [7, 'Delete'];
  if (tag.startsWith('INSERT') || (tag.startsWith('COPY') && actions.includes('write'))) return [6, 'Create'];
  if (tag.startsWith('UPDATE')) return [2, 'Update'];
  if (actions.includes('write')) return [5, 'Write'];
  if (actions.includes('read')) return [4, 'Query'];
  return [99, 'Other'];
}

function statusOf(outcome: StatementFact['outcome']) {
  switch (outcome) {
    case 'completed':
      return { status_id: 1, status: 'Success' };
    case 'failed':
    case 'refused':
    case 'cancelled':
      return { status_id: 2, status: 'Failure' };
    case 'pending':
      return { status_id: 99, status: 'Pending' };
    case 'unknown':
      return { status_id: 0, status: 'Unknown' };
  }
}

/** The security control profile: what the gateway did about it. */
function dispositionOf({ decision, outcome }: StatementFact) {
  if (decision === 'allow')
    return { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' };
  if (decision === 'deny')
    return { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };
  if (outcome === 'completed' || outcome === 'failed') {
    return { action_id: 1, action: 'Allowed', disposition_id: 8, disposition: 'Approved' };
  }
  return { action_id: 2, action: 'Denied', disposition_id: 14, disposition: 'Delayed' };
}

/** A grant given or revoked as User Access Management (3005). */
export function accessEvent(fact: AccessFact): OcsfEvent {
  const given = fact.change === 'given';
  return {
    ...classed(access, given ? 1 : 2, given ? 'Assign Privileges' : 'Revoke Privileges'),
    ...severityOf(1),
    status_id: 1,
    status: 'Success',
    time: fact.at.getTime(),
    message: fact.message,
    metadata: metadata(fact.entryId),
    actor: { user: person(fact.by) },
    user: agentUser(fact.agent),
    privileges: [...fact.actions],
    resources: [{ uid: fact.resource.id, name: fact.resource.name, type: 'resource' }],
    unmapped: { grant: fact.grantId },
  };
}

const changes = { create: [1, 'Create'], update: [3, 'Update'], delete: [4, 'Delete'] } as const;

/** What happened to one of our own objects as API Activity (6003). */
export function objectEvent(fact: ObjectFact): OcsfEvent {
  const [id, name] = changes[fact.change];
  return {
    ...classed(api, id, name),
    ...severityOf(fact.failed ? 4 : 1),
    status_id: fact.failed ? 2 : 1,
    status: fact.failed ? 'Failure' : 'Success',
    time: fact.at.getTime(),
    message: fact.message,
    metadata: metadata(fact.entryId),
    actor: { user: person(fact.by) },
    api: { operation: fact.operation, service: { name: product.name } },
    src_endpoint: { svc_name: product.name },
    resources: fact.objects.map(({ id: uid, name: label, type }) => ({ uid, name: label, type })),
  };
}
