import { z } from 'zod';
import type { Db } from '#lib/db/client';
import type { MaskKind, MaskSpec } from '#lib/masking/model';
import type { PolicyResource } from '#lib/policies/model';
import type { ResourceSettings, TlsMode } from './model.ts';
import { resourceSettings } from './schema.ts';

export interface Target {
  readonly resource: PolicyResource;
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly username: string | null;
  readonly credentialSealed: Uint8Array | null;
  readonly tls: TlsMode;
  readonly caCertificate: string | null;
  /** What the gateway proves itself with, its key still sealed; null: nothing. */
  readonly clientCertificate: { readonly certificate: string; readonly keySealed: Uint8Array } | null;
  readonly settings: ResourceSettings;
  readonly durability: 'process' | 'disk';
}

/** A gateway's target by name, its credential still sealed; null: none, or it has ended. */
export async function targetByName(db: Db, name: string): Promise<Target | null> {
  const found = await db.resource.findFirst({
    where: { name, endedAt: null },
    include: { masks: { where: { endedAt: null } } },
  });
  if (found === null) return null;
  return {
    resource: policyResource(found),
    host: found.host,
    port: found.port,
    database: found.database,
    username: found.username,
    credentialSealed: found.credentialSealed,
    tls: found.tls as TlsMode,
    caCertificate: found.caCertificate,
    clientCertificate:
      found.tlsCertificate === null || found.tlsKeySealed === null
        ? null
        : { certificate: found.tlsCertificate, keySealed: found.tlsKeySealed },
    settings: settingsOf(found.settings),
    durability: found.durability === 'disk' ? 'disk' : 'process',
  };
}

/** Throws for what no verb has written: a target whose settings can't be read is not connected to. */
export function settingsOf(stored: unknown): ResourceSettings {
  return resourceSettings.parse(stored);
}

const options = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

interface MaskedResource {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly masks: readonly {
    readonly id: string;
    readonly column: string;
    readonly kind: string;
    readonly lookup: string;
    readonly options: unknown;
  }[];
  readonly settings: unknown;
}

/** A resource as policy sees it: with the masks that are in force, and what is searched for. */
export function policyResource(resource: MaskedResource): PolicyResource {
  const { id, name, kind, environment, masks, settings } = resource;
  const { detect = [] } = settingsOf(settings);
  return { id, name, kind, environment, masks: masks.map(maskSpec), detect };
}

function maskSpec(mask: MaskedResource['masks'][number]): MaskSpec {
  return {
    id: mask.id,
    column: mask.column,
    kind: mask.kind as MaskKind,
    lookup: mask.lookup === 'equality' ? 'equality' : 'none',
    options: options.parse(mask.options),
  };
}
