import type { Json } from '#lib/core/canonical-json';

const textCharsMax = 1_000;
const listItemsMax = 50;

/** What evidence keeps of a token, by source. Never groups, names of secrets or whole tokens. */
const kept: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'purpose', 'task', 'ticket', 'act'],
  // Entra ID. xms_par_app_azp (blueprint) is recorded and never authorised on.
  ...['tid', 'oid', 'appid', 'azp', 'idtyp', 'roles', 'scp', 'uti'],
  ...['xms_act_fct', 'xms_sub_fct', 'xms_par_app_azp', 'upn', 'preferred_username', 'email'],
  // GitHub Actions
  ...[
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'ref',
    'head_ref',
    'base_ref',
  ],
  ...['sha', 'event_name', 'environment', 'workflow', 'workflow_ref', 'workflow_sha', 'job_workflow_ref'],
  ...['run_id', 'run_number', 'run_attempt', 'check_run_id', 'actor', 'actor_id', 'runner_environment'],
  // Azure DevOps
  ...['org_id', 'prj_id', 'def_id', 'rpo_id', 'rpo_uri', 'rpo_ver', 'rpo_ref'],
]);

/** The claims that a session and its recording keep, bounded. */
export function keptClaims(claims: Readonly<Record<string, unknown>>): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (!kept.has(name)) continue;
    const bounded = bound(value);
    if (bounded !== undefined) out[name] = bounded;
  }
  return out;
}

function bound(value: unknown): Json | undefined {
  if (typeof value === 'string') return value.slice(0, textCharsMax);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (Array.isArray(value)) {
    return value
      .filter((item): item is string => typeof item === 'string')
      .slice(0, listItemsMax)
      .map((item) => item.slice(0, textCharsMax));
  }
  // `act` (RFC 8693): who acts for whom; its subject only.
  if (typeof value === 'object' && value !== null && 'sub' in value && typeof value.sub === 'string') {
    return { sub: value.sub.slice(0, textCharsMax) };
  }
  return undefined;
}
