import { invalid } from '#lib/core/errors';
import type { DetectorName } from '#lib/masking/model';
import type { Environment, LoginKind, NewResource, TlsMode } from '#lib/resources/index';
import { fieldOf, listOf, numberOf, textOf, textsOf } from '../../_server/form.ts';

type Settings = NonNullable<NewResource['settings']>;

// The verbs check every value; the casts only name what is allowed.

/** What a new resource and a changed one have in common. */
export function termsOf(form: FormData) {
  return {
    environment: fieldOf(form, 'environment') as Environment,
    host: fieldOf(form, 'host').trim(),
    port: Number(fieldOf(form, 'port')),
    database: textOf(form, 'database') ?? null,
    username: textOf(form, 'username') ?? null,
    tls: fieldOf(form, 'tls') as TlsMode,
    caCertificate: textOf(form, 'caCertificate') ?? null,
    tlsCertificate: textOf(form, 'tlsCertificate') ?? null,
    settings: settingsOf(form),
    durability: fieldOf(form, 'durability') === 'disk' ? ('disk' as const) : ('process' as const),
    ownerId: textOf(form, 'ownerId') ?? null,
    approverGroupIds: textsOf(form, 'approverGroupIds'),
  };
}

/** Secrets that were typed; an empty field leaves the sealed one, only its box forgets it. */
export function secretsOf(form: FormData): { password?: string | null; tlsKey?: string | null } {
  return {
    ...secretOf(form, 'password', 'removePassword'),
    ...secretOf(form, 'tlsKey', 'removeTlsKey'),
  };
}

function secretOf<Name extends string>(
  form: FormData,
  name: Name,
  forget: string,
): { [key in Name]?: string | null } {
  const typed = textOf(form, name);
  const value = typed ?? (form.get(forget) === 'on' ? null : undefined);
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: string | null };
}

function settingsOf(form: FormData): Settings {
  const roles = rolesOf(fieldOf(form, 'roles'));
  const detect = textsOf(form, 'detect') as DetectorName[];
  const functionCalls = listOf(form, 'functionCalls');
  const connectionsMax = numberOf(form, 'connectionsMax');
  const login = fieldOf(form, 'login') as LoginKind;
  return {
    ...(login === 'entra' ? { login } : {}),
    ...(Object.keys(roles).length > 0 ? { roles } : {}),
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
    ...(detect.length > 0 ? { detect } : {}),
    ...(functionCalls.length > 0 ? { functionCalls } : {}),
  };
}

/** `agent = role`, one a line; a name that stands twice is refused, not overwritten. */
function rolesOf(text: string): Record<string, string> {
  const roles = new Map<string, string>();
  const wrong = (line: string, why: string) =>
    invalid(`The role “${line}” ${why}.`, [{ at: 'roles', message: why }]);
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const agent = line.slice(0, Math.max(0, at)).trim();
    const role = line.slice(at + 1).trim();
    if (agent === '' || role === '') throw wrong(line, 'is not written as agent = role');
    if (roles.has(agent)) throw wrong(line, 'names its agent a second time');
    roles.set(agent, role);
  }
  return Object.fromEntries(roles);
}
