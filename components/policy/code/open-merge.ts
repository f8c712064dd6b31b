import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { look } from './look.ts';

/** Two columns need so much; below it the changes stand between the lines. */
const twoColumnsPx = 720;
const collapseUnchanged = { margin: 3, minSize: 4 };

/** An older and a newer text, to look at. Returns what takes it out of the page again. */
export function openMerge(parent: HTMLElement, name: string, older: string, newer: string): () => void {
  if (parent.clientWidth < twoColumnsPx) {
    const view = new EditorView({
      parent,
      doc: newer,
      extensions: [
        readOnly(`Changes of ${name}`),
        unifiedMergeView({ original: older, mergeControls: false, collapseUnchanged }),
      ],
    });
    return () => view.destroy();
  }
  const view = new MergeView({
    parent,
    collapseUnchanged,
    a: { doc: older, extensions: readOnly(`${name} before`) },
    b: { doc: newer, extensions: readOnly(`${name} after`) },
  });
  return () => view.destroy();
}

function readOnly(label: string): Extension {
  return [
    look(label),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
  ];
}
