import type { Purpose, VerifiedToken } from './model.ts';

const purposeCharsMax = 500;

/** What drivers and tools call themselves: says nothing of why. */
const toolNames =
  /^(psql|pgbench|pg_dump|pg_restore|node-postgres|PostgreSQL JDBC Driver|pgAdmin.*|DBeaver.*|psycopg.*|asyncpg)$/i;

export interface ClaimedPurpose {
  /** `-c countersign.purpose=…` of the startup packet's options. */
  readonly option: string | null;
  readonly applicationName: string | null;
}

/**
 * Why a session runs: a signed claim (verified) before what the client says of itself (claimed).
 * Null when nothing says it.
 */
export function purposeOf(token: Pick<VerifiedToken, 'claims'>, claimed: ClaimedPurpose): Purpose | null {
  const signed = signedPurpose(token.claims);
  if (signed) return signed;
  const option = clean(claimed.option);
  if (option) return { text: option, tier: 'claimed', source: 'option:countersign.purpose' };
  const name = clean(claimed.applicationName);
  if (name && !toolNames.test(name)) return { text: name, tier: 'claimed', source: 'application_name' };
  return null;
}

function signedPurpose(claims: Readonly<Record<string, unknown>>): Purpose | null {
  for (const name of ['purpose', 'task', 'ticket']) {
    const text = clean(claims[name]);
    if (text) return { text, tier: 'verified', source: `claim:${name}` };
  }
  const runId = clean(claims.run_id);
  if (runId === null) return null;
  const repository = clean(claims.repository);
  if (repository) {
    const attempt = clean(claims.run_attempt);
    const ref = clean(claims.head_ref) ?? clean(claims.ref);
    const workflow = clean(claims.workflow);
    const parts = [
      `${repository} run ${runId}`,
      attempt && attempt !== '1' ? `attempt ${attempt}` : null,
      workflow ? `workflow ${workflow}` : null,
      ref ? `on ${ref}` : null,
    ];
    return {
      text: parts
        .filter((part) => part !== null)
        .join(', ')
        .slice(0, purposeCharsMax),
      tier: 'verified',
      source: 'claim:run_id',
    };
  }
  const definition = clean(claims.def_id);
  if (definition) {
    return { text: `pipeline ${definition} run ${runId}`, tier: 'verified', source: 'claim:run_id' };
  }
  return null;
}

/** One line, bounded, without control and direction characters: people read it before they decide. */
function clean(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, purposeCharsMax);
  return text === '' ? null : text;
}
