import { Fingerprint, Plus } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { FormDialog } from '#components/settings/form-dialog';
import { IssuerList } from '#components/settings/issuer-list';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { CheckField, TextField } from '#components/ui/field';
import { listIssuers } from '#lib/agents/index';
import { may } from '#lib/auth/require-permission';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { addIssuer, removeIssuer } from '../actions.ts';

export async function Issuers() {
  const context = await requireContext();
  const found = await attempt(listIssuers(context));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const mayChange = may(context.actor, 'access.change');
  return (
    <div className="space-y-3">
      {mayChange ? (
        <FormDialog
          trigger={
            <Button size="sm">
              <Plus aria-hidden="true" /> New issuer
            </Button>
          }
          title="New issuer"
          description="An OIDC issuer whose tokens agents may present. Keys are found by discovery unless you name them."
          action={addIssuer}
          confirm="Add"
        >
          <TextField label="Name" name="name" required />
          <TextField label="Issuer" name="issuer" type="url" required hint="Exactly as in the token’s iss." />
          <TextField label="Audience" name="audience" required hint="What aud must be." />
          <TextField label="Keys (JWKS)" name="jwksUri" type="url" hint="Empty: by discovery." />
          <CheckField
            name="singleUse"
            label="Each token opens one session only"
            hint="For tokens of pipelines."
          />
        </FormDialog>
      ) : null}
      {found.value.length === 0 ? (
        <EmptyState icon={<Fingerprint />} title="No issuer">
          Without one no agent can sign in.
        </EmptyState>
      ) : (
        <IssuerList issuers={found.value} remove={mayChange ? removeIssuer : null} />
      )}
    </div>
  );
}
