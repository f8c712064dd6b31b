'use client';

import { type Ref, useEffect, useMemo, useRef, useState } from 'react';
import type { PolicyFile } from '#lib/policies/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import type { Answer, FormAction } from '../ui/form-state.ts';
import { BacktestPanel, type RunBacktest } from './backtest.tsx';
import { CodeEditor, type CodeEditorHandle } from './code/code-editor.tsx';
import { NewFile } from './new-file.tsx';
import { type Problem, Problems } from './problems.tsx';

export type CheckDraft = (files: readonly PolicyFile[]) => Promise<Answer<readonly Problem[]>>;

const checkAfterMs = 500;

/** Edits the active policies: checked against the schema while one types, published with a reason. */
export function PolicyEditor({
  files,
  basedOn,
  check,
  publish,
  backtest,
}: {
  files: readonly PolicyFile[];
  basedOn: number | null;
  check: CheckDraft;
  publish: FormAction;
  backtest: RunBacktest;
}) {
  const [drafts, setDrafts] = useState(files);
  const [discards, setDiscards] = useState(0);
  const [comparing, setComparing] = useState(false);
  const editors = useRef(new Map<string, CodeEditorHandle | null>());
  const changed =
    drafts.length !== files.length || drafts.some(({ name, text }) => textOf(files, name) !== text);
  const verdict = useVerdict(drafts, changed, check);
  const problems = useProblemsByFile(drafts, changed ? verdict?.value : null);
  const unfit = !verdict?.value || verdict.value.some(({ severity }) => severity === 'error');
  const edit = (name: string, text: string) =>
    setDrafts((before) => before.map((draft) => (draft.name === name ? { name, text } : draft)));
  return (
    <div className="space-y-3">
      <ActionForm action={publish} className="space-y-3" label="Publish policies">
        <input type="hidden" name="basedOn" value={basedOn ?? ''} />
        {drafts.map((draft) => (
          <DraftFile
            key={`${draft.name} ${discards}`}
            ref={(handle) => {
              editors.current.set(draft.name, handle);
            }}
            draft={draft}
            edit={(text) => edit(draft.name, text)}
            remove={drafts.length > 1 ? () => setDrafts(drafts.filter((one) => one !== draft)) : null}
            problems={problems.get(draft.name) ?? nothing}
            compareWith={comparing ? (textOf(files, draft.name) ?? '') : null}
          />
        ))}
        <NewFile
          taken={drafts.map(({ name }) => name)}
          add={(name) => setDrafts([...drafts, { name, text: '' }])}
        />
        {changed && verdict ? (
          <Problems
            problems={verdict.value ?? nothing}
            failed={verdict.failed}
            goTo={(problem) => editors.current.get(problem.file)?.goTo(problem)}
          />
        ) : null}
        {changed ? (
          <Publishing
            unfit={unfit}
            comparing={comparing}
            compare={() => setComparing(!comparing)}
            discard={() => {
              setDrafts(files);
              setDiscards(discards + 1);
            }}
          />
        ) : null}
      </ActionForm>
      {changed ? <BacktestPanel files={drafts} run={backtest} disabled={unfit} /> : null}
    </div>
  );
}

function DraftFile({
  ref,
  draft,
  edit,
  remove,
  problems,
  compareWith,
}: {
  ref: Ref<CodeEditorHandle>;
  draft: PolicyFile;
  edit: (text: string) => void;
  /** Null: it is the only one. */
  remove: (() => void) | null;
  problems: readonly Problem[];
  compareWith: string | null;
}) {
  return (
    <div>
      <input type="hidden" name="name" value={draft.name} />
      <CodeEditor
        ref={ref}
        label={draft.name}
        name="text"
        value={draft.text}
        onChange={edit}
        problems={problems}
        compareWith={compareWith}
      />
      {remove ? (
        <div className="mt-1 flex justify-end">
          <Button variant="ghost" size="sm" onClick={remove}>
            Remove {draft.name}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Publishing(props: { unfit: boolean; comparing: boolean; compare: () => void; discard: () => void }) {
  return (
    <>
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={2000}
        rows={2}
        hint="It stands in the ledger beside the new version."
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button aria-pressed={props.comparing} onClick={props.compare}>
          {props.comparing ? 'Hide changes' : 'Show changes'}
        </Button>
        <Button onClick={props.discard}>Discard</Button>
        <SubmitButton variant="primary" disabled={props.unfit} pendingText="Publishing…">
          Publish
        </SubmitButton>
      </div>
    </>
  );
}

const nothing: readonly Problem[] = [];

function textOf(files: readonly PolicyFile[], name: string): string | undefined {
  return files.find((file) => file.name === name)?.text;
}

/** One list for each file, which stays the same while the check does: editors mark by it. */
function useProblemsByFile(drafts: readonly PolicyFile[], problems: readonly Problem[] | null | undefined) {
  const names = drafts.map(({ name }) => name).join('\n');
  return useMemo(
    () =>
      new Map(
        names.split('\n').map((name) => [name, problems?.filter(({ file }) => file === name) ?? nothing]),
      ),
    [names, problems],
  );
}

/** The check of the newest draft, a moment after typing stopped; null: not checked yet. */
function useVerdict(drafts: readonly PolicyFile[], changed: boolean, check: CheckDraft) {
  const [verdict, setVerdict] = useState<Answer<readonly Problem[]> | null>(null);
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
