import type { KeyObject } from 'node:crypto';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { keyFingerprint, rawPublicKey, signatureStands, signBytes } from '#lib/core/ed25519';
import { CountersignError } from '#lib/core/errors';
import { manifestFile } from './files.ts';
import { statementType } from './statements.ts';

const payloadType = 'application/vnd.in-toto+json';
export const signOffPredicate = 'urn:countersign:sign-off:v1';

/** What the signer says, as the ledger's entry keeps it too. */
export interface SignOffClaim {
  readonly campaignId: string;
  readonly manifestHash: string;
  readonly dataHash: string;
  readonly signer: { readonly id: string; readonly name: string; readonly email: string };
  readonly at: string;
  readonly text: string;
  /** A sandbox closed its own campaign: nobody attests anything. */
  readonly demonstration?: boolean;
  readonly numbers: Readonly<Record<string, number>>;
}

/** A DSSE envelope (v1) with an in-toto statement over the manifest, as canonical JSON. */
export function signOffEnvelope(claim: SignOffClaim, key: KeyObject): string {
  const payload = Buffer.from(statementOf(claim), 'utf8');
  const signature = signBytes(key, preAuthentication(payload));
  return envelopeText(payload, fingerprintOf(key), signature);
}

/** The claim of an envelope that `key` signed. Throws `integrity` for any other bytes than the one form. */
export function openSignOff(text: string, key: KeyObject): SignOffClaim {
  const damaged = (why: string) => new CountersignError('integrity', why);
  let claim: SignOffClaim;
  let payload: Buffer;
  let signature: Buffer;
  try {
    const envelope = JSON.parse(text) as { payload: string; signatures: { sig: string }[] };
    payload = Buffer.from(envelope.payload, 'base64');
    signature = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64');
    const statement = JSON.parse(payload.toString('utf8')) as { predicate: SignOffClaim };
    claim = statement.predicate;
  } catch {
    throw damaged('it is not a signed statement');
  }
  if (envelopeText(payload, fingerprintOf(key), signature) !== text) {
    throw damaged('it is not written in the one form that a statement has');
  }
  if (!signatureStands(key, preAuthentication(payload), signature)) {
    throw damaged('its signature does not fit the key in proof/key.txt');
  }
  if (statementOf(claim) !== payload.toString('utf8'))
    throw damaged('its statement is not about the manifest');
  return claim;
}

function statementOf(claim: SignOffClaim): string {
  return canonicalJson({
    _type: statementType,
    subject: [{ name: manifestFile, digest: { sha256: claim.manifestHash } }],
    predicateType: signOffPredicate,
    predicate: claim as unknown as Json,
  });
}

function envelopeText(payload: Buffer, keyid: string, signature: Buffer): string {
  return canonicalJson({
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ keyid, sig: signature.toString('base64') }],
  });
}

/** DSSE's PAE: what is signed names its type and lengths. */
function preAuthentication(payload: Buffer): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), payload]);
}

function fingerprintOf(key: KeyObject): string {
  return keyFingerprint(rawPublicKey(key)).toString('hex');
}
