'use client';

import { useEffect, useRef, useState } from 'react';
import type { PolicyFile } from '#lib/policies/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { TextEditor } from '../ui/text-editor.tsx';
import { type Problem, Problems } from './problems.tsx';

export type CheckDraft = (
  files: readonly PolicyFile[],
) => Promise<{ readonly problems: readonly Problem[]; readonly failed: string | null }>;

const checkAfterMs = 500;

/** Edits the active policies: checked against the schema while one types, published with a reason. */
export function PolicyEditor({
  files,
  basedOn,
  check,
  publish,
}: {
  files: readonly PolicyFile[];
  basedOn: number | null;
  check: CheckDraft;
  publish: FormAction;
}) {
  const [drafts, setDrafts] = useState(files);
  const changed = drafts.some((draft, index) => draft.text !== files[index]?.text);
  const verdict = useVerdict(drafts, changed, check);
  const errors = verdict?.problems.filter(({ severity }) => severity === 'error').length ?? 0;
  const edit = (name: string, text: string) =>
    setDrafts((before) => before.map((draft) => (draft.name === name ? { name, text } : draft)));
  return (
    <ActionForm action={publish} className="space-y-3" label="Publish policies">
      <input type="hidden" name="basedOn" value={basedOn ?? ''} />
      {drafts.map((draft) => (
        <div key={draft.name} className="space-y-1.5">
          <input type="hidden" name="name" value={draft.name} />
          <TextEditor
            label={draft.name}
            name="text"
            value={draft.text}
            onChange={(text) => edit(draft.name, text)}
            markedLines={
              verdict?.problems.filter(({ file }) => file === draft.name).map(({ line }) => line) ?? []
            }
          />
        </div>
      ))}
      {changed && verdict ? <Problems problems={verdict.problems} failed={verdict.failed} /> : null}
      {changed ? (
        <>
          <TextArea
            label="Reason"
            name="reason"
            required
            maxLength={2000}
            rows={2}
            hint="It stands in the ledger beside the new version."
          />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setDrafts(files)}>Discard</Button>
            <SubmitButton
              variant="primary"
              disabled={errors > 0 || verdict === null || verdict.failed !== null}
              pendingText="Publishing…"
            >
              Publish
            </SubmitButton>
          </div>
        </>
      ) : null}
    </ActionForm>
  );
}

/** The check of the newest draft, a moment after typing stopped; null: not checked yet. */
function useVerdict(drafts: readonly PolicyFile[], changed: boolean, check: CheckDraft) {
  const [verdict, setVerdict] = useState<Awaited<ReturnType<CheckDraft>> | null>(null);
  const round = useRef(0);
  useEffect(() => {
    if (!changed) return;
    const mine = ++round.current;
    const timer = setTimeout(() => {
      void check(drafts).then((found) => {
        if (mine === round.current) setVerdict(found);
      });
    }, checkAfterMs);
    return () => clearTimeout(timer);
  }, [drafts, changed, check]);
  return verdict;
}
