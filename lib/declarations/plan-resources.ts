import type { Tx } from '#lib/db/client';
import type { MaskSpec } from '#lib/masking/model';
import { optionWords } from '#lib/masking/schema';
import {
  endMaskIn,
  endResourceIn,
  insertMask,
  insertResource,
  updateMask,
  updateResource,
} from '#lib/resources/index';
import { differences, type Planning, refuseTwins } from './plan-model.ts';
import { groupIdsOf, groupsThere, peopleThere, personIdOf } from './plan-people.ts';
import { newSecrets } from './plan-secrets.ts';
import type { Declaration } from './schema.ts';

type Declared = Declaration['resources'][number];
const gone = 'no longer declared';

export async function planResources(tx: Tx, planning: Planning): Promise<void> {
  const { resources } = planning.input.file.declaration;
  refuseTwins(planning, 'resources', resources, ({ name }) => name, 'name');
  await refuseDangling(tx, planning);
  const found = await tx.resource.findMany({
    include: {
      owner: { include: { accounts: { select: { email: true } } } },
      approverGroups: { include: { group: { select: { name: true } } } },
    },
    orderBy: { name: 'asc' },
  });
  const byName = new Map(found.map((resource) => [resource.name, resource]));
  resources.forEach((resource, index) => {
    const before = byName.get(resource.name);
    const password = planning.input.passwords.get(resource.name);
    const tlsKey = planning.input.certificateKeys?.get(resource.name);
    if (before === undefined) {
      planning.create('resource', resource.name, async (tx, context) =>
        insertResource(
          tx,
          context,
          {
            ...(await termsOf(tx, planning, resource)),
            name: resource.name,
            kind: resource.kind,
            password,
            tlsKey,
          },
          planning.input.key,
          'apply',
        ),
      );
      return;
    }
    if (before.kind !== resource.kind) {
      planning.fault(
        ['resources', index, 'kind'],
        `${resource.name} is ${before.kind}; a kind can't be changed`,
      );
    }
    const secrets = newSecrets(planning, resource.name, before);
    const changed = [
      ...differences(wasOf(before), declaredOf(planning, resource)),
      ...secrets.changed,
      ...(before.endedAt === null ? [] : ['here again']),
    ];
    planning.change('resource', resource.name, changed, async (tx, context) => {
      if (before.endedAt !== null)
        await tx.resource.update({ where: { id: before.id }, data: { endedAt: null } });
      await updateResource(
        tx,
        context,
        {
          resourceId: before.id,
          ...(await termsOf(tx, planning, resource)),
          ...secrets.terms,
        },
        planning.input.key,
      );
    });
  });
  const named = new Set(resources.map(({ name }) => name));
  for (const resource of found) {
    if (named.has(resource.name) || resource.endedAt !== null) continue;
    planning.notNamed('resource', resource.name, resource.managedBy, (tx, context) =>
      endResourceIn(tx, context, resource.id, gone),
    );
  }
}

async function refuseDangling(tx: Tx, planning: Planning): Promise<void> {
  const people = await peopleThere(tx, planning);
  const groups = await groupsThere(tx, planning);
  planning.input.file.declaration.resources.forEach((resource, index) => {
    if (resource.owner && !people.has(resource.owner)) {
      planning.fault(['resources', index, 'owner'], `there is no person ${resource.owner}`);
    }
    if (resource.kind === 'postgres' && !resource.database) {
      planning.fault(['resources', index], 'a postgres resource needs the name of its database');
    }
    (resource.approvers ?? []).forEach((group, at) => {
      if (!groups.has(group))
        planning.fault(['resources', index, 'approvers', at], `there is no group ${group}`);
    });
  });
}

async function termsOf(tx: Tx, planning: Planning, resource: Declared) {
  return {
    environment: resource.environment,
    host: resource.host,
    port: resource.port,
    database: resource.database ?? null,
    username: resource.user ?? null,
    tls: resource.tls,
    caCertificate: planning.input.caCertificates.get(resource.name) ?? null,
    tlsCertificate: planning.input.certificates?.get(resource.name) ?? null,
    settings: settingsOf(resource),
    durability: resource.durability,
    ownerId: resource.owner ? await personIdOf(tx, resource.owner) : null,
    approverGroupIds: await groupIdsOf(tx, resource.approvers ?? []),
  };
}

/** Each member, also one that is left out: what a file no longer says is unset again. */
function settingsOf({ login, roles, connections_max, function_calls, detect }: Declared) {
  return { login, roles, connectionsMax: connections_max, functionCalls: function_calls, detect };
}

function declaredOf(planning: Planning, resource: Declared) {
  return {
    environment: resource.environment,
    host: resource.host,
    port: resource.port,
    database: resource.database ?? null,
    user: resource.user ?? null,
    tls: resource.tls,
    ca: planning.input.caCertificates.get(resource.name) ?? null,
    certificate: planning.input.certificates?.get(resource.name) ?? null,
    ...settingsOf(resource),
    durability: resource.durability,
    owner: resource.owner ?? null,
    approvers: [...new Set(resource.approvers ?? [])].sort(),
  };
}

interface Known {
  readonly id: string;
  readonly environment: string;
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly username: string | null;
  readonly tls: string;
  readonly caCertificate: string | null;
  readonly tlsCertificate: string | null;
  readonly settings: unknown;
  readonly durability: string;
  readonly credentialSealed: Uint8Array | null;
  readonly owner: { readonly accounts: readonly { readonly email: string }[] } | null;
  readonly approverGroups: readonly { readonly group: { readonly name: string } }[];
}

function wasOf(resource: Known) {
  const { username: user, caCertificate: ca, tlsCertificate, owner, approverGroups, ...rest } = resource;
  return {
    ...rest,
    ...(resource.settings as object),
    user,
    ca,
    certificate: tlsCertificate,
    owner: owner?.accounts[0]?.email ?? null,
    approvers: approverGroups.map(({ group }) => group.name).sort(),
  };
}

/** A column has one mask: columns of all entries of all resources, one by one. */
export async function planMasks(tx: Tx, planning: Planning): Promise<void> {
  const { resources } = planning.input.file.declaration;
  const found = await tx.mask.findMany({
    where: { endedAt: null, resource: { endedAt: null } },
    include: { resource: { select: { name: true } } },
    orderBy: { column: 'asc' },
  });
  const byName = new Map(found.map((mask) => [`${mask.resource.name}: ${mask.column}`, mask]));
  const named = new Set<string>();
  resources.forEach((resource, index) => {
    resource.masks.forEach(({ columns, mask: kind, lookup, options }, place) => {
      columns.forEach((column, at) => {
        const name = `${resource.name}: ${column}`;
        if (named.has(name)) {
          planning.fault(['resources', index, 'masks', place, 'columns', at], `${column} is masked twice`);
        }
        named.add(name);
        const before = byName.get(name);
        if (before === undefined) {
          planning.create('mask', name, async (tx, context) => {
            const { id } = await tx.resource.findUniqueOrThrow({
              where: { name: resource.name },
              select: { id: true },
            });
            await insertMask(tx, context, { resourceId: id, column, kind, lookup, options }, 'apply');
          });
          return;
        }
        planning.ask(name, maskWords(before), maskWords({ kind, lookup, options }));
        planning.change('mask', name, differences({ ...before }, { kind, lookup, options }), (tx, context) =>
          updateMask(tx, context, { maskId: before.id, kind, lookup, options }),
        );
      });
    });
  });
  for (const [name, mask] of byName) {
    if (named.has(name)) continue;
    if (mask.managedBy === 'apply') planning.ask(name, maskWords(mask), 'shown to agents');
    planning.notNamed('mask', name, mask.managedBy, (tx, context) => endMaskIn(tx, context, mask.id, gone));
  }
}

function maskWords({ kind, lookup, options }: { kind: string; lookup: string; options: unknown }): string {
  const more = optionWords(options as MaskSpec['options']);
  return `mask ${kind}, lookup ${lookup}${more === '' ? '' : `, ${more}`}`;
}
