import type { Tx } from '#lib/db/client';

/** Claims in which issuers name the human behind a token. */
const claimNames = ['email', 'preferred_username', 'upn', 'unique_name', 'requested_for', 'on_behalf_of'];

/**
 * The person whom a session's verified claims name, when one of our accounts has that address:
 * directly, or as the actor or subject of a delegation (RFC 8693 `act`, `may_act`).
 */
export async function claimedPerson(tx: Tx, claims: unknown): Promise<string | null> {
  const addresses = addressesIn(claims, 0);
  if (addresses.length === 0) return null;
  const [found] = await tx.$queryRaw<{ person: string }[]>`
    SELECT person_id AS person FROM account WHERE lower(email) = ANY (${addresses}) ORDER BY id LIMIT 1`;
  return found?.person ?? null;
}

function addressesIn(claims: unknown, depth: number): string[] {
  if (typeof claims !== 'object' || claims === null || depth > 3) return [];
  const members = new Map(Object.entries(claims));
  const own = claimNames
    .map((name) => members.get(name))
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value.includes('@'));
  return [
    ...own,
    ...addressesIn(members.get('act'), depth + 1),
    ...addressesIn(members.get('may_act'), depth + 1),
  ];
}
