'use client';

import { type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from 'react';
import { TextEditor } from '../../ui/text-editor.tsx';
import type { Marked, OpenEditor } from './open-editor.ts';

export interface CodeEditorHandle {
  goTo(place: { readonly line: number; readonly column: number }): void;
}

/**
 * Cedar text in a form. A plain text field until the editor's code has come; from then on the text is the
 * editor's, and `value` is what it said last. Another text wants another editor (`key`).
 */
export function CodeEditor({
  ref,
  label,
  name,
  value,
  onChange,
  problems,
  compareWith,
}: {
  ref?: Ref<CodeEditorHandle>;
  label: string;
  name: string;
  value: string;
  onChange: (text: string) => void;
  problems: readonly Marked[];
  /** Null: nothing is compared. */
  compareWith: string | null;
}) {
  const [tabIndents, setTabIndents] = useState(false);
  const hintId = useId();
  const { place, editor } = useEditor(label, hintId, value, onChange, () =>
    setTabIndents((before) => !before),
  );
  useEffect(() => editor?.mark(problems), [editor, problems]);
  useEffect(() => editor?.compareWith(compareWith), [editor, compareWith]);
  useEffect(() => editor?.setTabIndents(tabIndents), [editor, tabIndents]);
  useImperativeHandle(ref, () => ({ goTo: (where) => editor?.goTo(where) }), [editor]);
  return (
    <div>
      <div hidden={editor === null} className="overflow-hidden rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b bg-sunken px-3 py-1.5">
          <span className="font-mono text-xs text-ink-soft">{label}</span>
          <label className="flex items-center gap-1.5 text-xs text-ink-soft">
            <input
              type="checkbox"
              checked={tabIndents}
              onChange={(event) => setTabIndents(event.target.checked)}
            />
            Tab indents
          </label>
        </div>
        <div ref={place} />
        <p id={hintId} className="sr-only">
          {tabIndents
            ? 'Tab indents here; Control M lets it leave.'
            : 'Tab leaves; Control M lets it indent.'}
        </p>
      </div>
      {editor ? (
        <textarea name={name} value={value} readOnly hidden aria-hidden="true" tabIndex={-1} />
      ) : (
        <TextEditor
          label={label}
          name={name}
          value={value}
          onChange={onChange}
          markedLines={problems.map(({ line }) => line)}
        />
      )}
    </div>
  );
}

/** Fetches the editor and opens it in the place; null until then. */
function useEditor(
  label: string,
  describedBy: string,
  value: string,
  onChange: (text: string) => void,
  onTabKey: () => void,
) {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<OpenEditor | null>(null);
  const latest = useRef({ value, onChange, onTabKey });
  useEffect(() => {
    latest.current = { value, onChange, onTabKey };
  });
  useEffect(() => {
    let gone = false;
    let opened: OpenEditor | null = null;
    void import('./open-editor.ts').then(({ openEditor }) => {
      if (gone || !place.current) return;
      opened = openEditor({
        parent: place.current,
        label,
        describedBy,
        text: latest.current.value,
        onChange: (text) => latest.current.onChange(text),
        onTabKey: () => latest.current.onTabKey(),
      });
      setEditor(opened);
    });
    return () => {
      gone = true;
      opened?.close();
      setEditor(null);
    };
  }, [label, describedBy]);
  return { place, editor };
}
