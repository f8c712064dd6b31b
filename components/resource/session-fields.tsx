import { type DetectorName, detectorNames } from '#lib/masking/model';
import type { ResourceDetail } from '#lib/resources/model';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';

const detectorWords: Readonly<Record<DetectorName, string>> = {
  email: 'e-mail addresses',
  card: 'card numbers',
  'national-id': 'national ids',
  iban: 'IBANs',
  phone: 'phone numbers',
  jwt: 'tokens (JWT)',
  'private-key': 'private keys',
  'cloud-token': 'cloud tokens',
  'git-token': 'Git tokens',
  'connection-string': 'connection strings',
};

/** How the gateway proves itself, and how agents' sessions stand on the target. */
export function SessionFields({ resource }: { resource: ResourceDetail | undefined }) {
  const settings = resource?.settings ?? {};
  const opened =
    Object.values(settings).some((value) => value !== undefined) || Boolean(resource?.tlsCertificate);
  return (
    <details open={opened} className="rounded-lg border px-3 py-2">
      <summary className="text-sm font-medium">
        Login by certificate or Entra, roles, limits, detectors
      </summary>
      <div className="mt-3 space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Login"
            name="login"
            defaultValue={settings.login ?? 'password'}
            hint="Entra: the password is a token of the gateway’s own identity."
          >
            <option value="password">by password or certificate</option>
            <option value="entra">by Microsoft Entra</option>
          </SelectField>
          <TextField
            label="Sessions of one agent"
            name="connectionsMax"
            type="number"
            min={1}
            max={10_000}
            defaultValue={settings.connectionsMax ?? ''}
            hint="At a time, over all workers. Empty: no limit."
          />
        </div>
        <CertificateFields resource={resource} />
        <TextArea
          label="Role of each agent"
          name="roles"
          rows={3}
          className="font-mono"
          defaultValue={rolesText(settings.roles)}
          hint="agent = role of the target, one a line; * is every other agent. Empty: the login’s own."
        />
        <TextArea
          label="Functions that drivers may call without SQL"
          name="functionCalls"
          rows={2}
          className="font-mono"
          defaultValue={settings.functionCalls?.join('\n') ?? ''}
          hint="schema.name, or large_objects, one a line: what FunctionCall messages may name. Empty: nothing."
        />
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Search what comes back for</legend>
          <div className="grid gap-x-4 sm:grid-cols-2">
            {detectorNames.map((name) => (
              <CheckField
                key={name}
                name="detect"
                value={name}
                label={detectorWords[name]}
                defaultChecked={settings.detect?.includes(name) ?? false}
              />
            ))}
          </div>
          <p className="mt-1 text-xs text-ink-faint">
            A second wall behind masks: what is found in text and JSON is hidden.
          </p>
        </fieldset>
      </div>
    </details>
  );
}

function CertificateFields({ resource }: { resource: ResourceDetail | undefined }) {
  return (
    <>
      <TextArea
        label="Client certificate"
        name="tlsCertificate"
        rows={3}
        className="font-mono"
        defaultValue={resource?.tlsCertificate ?? ''}
        hint="PEM with its chain, for a target that asks for one."
      />
      <TextArea
        label="Key of the client certificate"
        name="tlsKey"
        rows={3}
        className="font-mono"
        autoComplete="off"
        spellCheck={false}
        hint={resource?.hasTlsKey ? 'One is sealed. Empty: it stays.' : 'PEM. Sealed; never shown again.'}
      />
      {resource?.hasTlsKey ? <CheckField name="removeTlsKey" label="Forget the sealed key" /> : null}
    </>
  );
}

/** `agent = role`, one a line. */
export function rolesText(roles: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(roles ?? {})
    .map(([agent, role]) => `${agent} = ${role}`)
    .join('\n');
}
