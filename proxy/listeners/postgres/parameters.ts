import { Refused } from '#proxy/pipeline/refused';

// A startup packet's parameters: what we read, what we pin, what goes on to the target.

/** Settings that change how text is read or who acts; set by the gateway, and by nobody else. */
const pinned: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['standard_conforming_strings', new Set(['on', 'true', 'yes', '1'])],
  ['backslash_quote', new Set(['safe_encoding'])],
  ['row_security', new Set(['on', 'true', 'yes', '1'])],
  ['session_replication_role', new Set(['origin'])],
  // SQL_ASCII is what psql derives from a C locale: it takes what it gets, and gets UTF8.
  ['client_encoding', new Set(['utf8', 'utf-8', 'unicode', 'sql_ascii', "'utf8'", "'utf-8'"])],
]);

/** Refused at startup: they would act before any statement is decided, or as somebody else. */
const refused = new Set([
  'role',
  'session_authorization',
  'local_preload_libraries',
  'session_preload_libraries',
  'dynamic_library_path',
  'default_tablespace',
  'temp_tablespaces',
]);

export interface StartupChoices {
  readonly user: string;
  readonly database: string;
  readonly purpose: string | null;
  readonly applicationName: string | null;
  /** What the client asks of `countersign.hold`, in milliseconds. */
  readonly holdMs: number | null;
  /** Settings that go on to the target, names in lower case. */
  readonly settings: ReadonlyMap<string, string>;
  readonly unknownOptions: readonly string[];
}

/** Reads startup parameters. Throws `Refused` with the reason for what may not be set. */
export function readParameters(parameters: ReadonlyMap<string, string>): StartupChoices {
  const user = parameters.get('user') ?? '';
  if (user === '')
    throw new Refused('invalid', 'no_user', "The connection names no user: it is the agent's name.");
  const settings = new Map<string, string>();
  const own = new Map<string, string>();
  const unknownOptions: string[] = [];
  for (const [name, value] of parameters) {
    if (name === 'user' || name === 'database') continue;
    if (name === 'replication') refuseReplication(value);
    else if (name.startsWith('_pq_.')) unknownOptions.push(name);
    else if (name === 'options') {
      for (const [key, text] of readOptions(value)) set(key, text, settings, own);
    } else set(name.toLowerCase(), value, settings, own);
  }
  const applicationName = settings.get('application_name') ?? null;
  settings.delete('application_name');
  return {
    user,
    database: parameters.get('database') ?? user,
    purpose: own.get('countersign.purpose') ?? null,
    applicationName,
    holdMs: readHold(own.get('countersign.hold')),
    settings,
    unknownOptions,
  };
}

function refuseReplication(value: string): void {
  if (['false', 'off', 'no', '0'].includes(value.toLowerCase())) return;
  throw new Refused('forbidden', 'replication', 'Replication connections are not served here.');
}

function set(name: string, value: string, settings: Map<string, string>, own: Map<string, string>): void {
  if (name.startsWith('countersign.')) {
    own.set(name, value);
    return;
  }
  if (refused.has(name)) {
    throw new Refused(
      'forbidden',
      'startup_setting',
      `"${name}" can not be set when connecting through the gateway.`,
    );
  }
  const allowed = pinned.get(name);
  if (allowed === undefined) settings.set(name, value);
  else if (!allowed.has(value.toLowerCase())) {
    throw new Refused(
      'forbidden',
      'startup_setting',
      `"${name}" is pinned by the gateway and can not be set to "${value}". Leave it out.`,
    );
  }
}

/** `-c name=value`, `-cname=value` and `--name=value`, with backslash escapes as the server reads them. */
export function readOptions(text: string): [string, string][] {
  const words = split(text);
  const found: [string, string][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string;
    let setting: string;
    if (word === '-c') {
      index += 1;
      setting = words[index] ?? '';
    } else if (word.startsWith('-c')) setting = word.slice(2);
    else if (word.startsWith('--')) setting = word.slice(2);
    else
      throw new Refused(
        'forbidden',
        'startup_option',
        `The option "${word}" is not taken. Use -c name=value.`,
      );
    const equals = setting.indexOf('=');
    if (equals < 1)
      throw new Refused('invalid', 'startup_option', `The option "${setting}" has no name=value.`);
    // The server takes `-` for `_` in the name of a setting given this way.
    found.push([setting.slice(0, equals).replaceAll('-', '_').toLowerCase(), setting.slice(equals + 1)]);
  }
  return found;
}

function split(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === '\\' && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text[at];
    } else word = (word ?? '') + letter;
  }
  if (word !== null) words.push(word);
  return words;
}

/** `0` to `20s`; other units as Postgres writes them. Null when not given or not readable. */
export function readHold(text: string | undefined): number | null {
  const match = /^(\d{1,6})(ms|s)?$/.exec(text?.trim() ?? '');
  if (!match) return null;
  const value = Number(match[1]);
  return match[2] === 'ms' ? value : value * 1000;
}

/** What the gateway sets on every connection to a target. */
export const pinnedSettings: ReadonlyMap<string, string> = new Map([
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  ['backslash_quote', 'safe_encoding'],
  ['row_security', 'on'],
]);
