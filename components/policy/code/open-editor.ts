import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
} from '@codemirror/view';
import { look } from './look.ts';

/** Something wrong at a place. Line and column count from 1. */
export interface Marked {
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

export interface OpenEditor {
  mark(problems: readonly Marked[]): void;
  goTo(place: { readonly line: number; readonly column: number }): void;
  /** Shows what differs from this text between the lines; null: nothing. */
  compareWith(text: string | null): void;
  /** Tab leaves the editor unless this was asked for. */
  setTabIndents(indents: boolean): void;
  close(): void;
}

export interface EditorSettings {
  readonly parent: HTMLElement;
  readonly label: string;
  readonly describedBy: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Ctrl-M was pressed. */
  readonly onTabKey: () => void;
}

/** An editor in the page. Long files scroll inside it. */
export function openEditor({
  parent,
  label,
  describedBy,
  text,
  onChange,
  onTabKey,
}: EditorSettings): OpenEditor {
  const compared = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        look(label),
        EditorView.contentAttributes.of({ 'aria-describedby': describedBy }),
        EditorView.theme({ '&': { maxHeight: '70vh', minHeight: '16rem' } }),
        history(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of('  '),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        lintGutter(),
        compared.of([]),
        keymap.of([
          {
            key: 'Ctrl-m',
            mac: 'Shift-Alt-m',
            run: () => {
              onTabKey();
              return true;
            },
          },
          ...lintKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.setTabFocusMode(true);
  return {
    mark(problems) {
      const { doc } = view.state;
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(doc, problem)),
        ),
      );
    },
    goTo(place) {
      const at = offsetOf(view.state.doc, place);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
      view.focus();
    },
    compareWith(original) {
      const shown = original === null ? [] : unifiedMergeView({ original, mergeControls: false });
      view.dispatch({ effects: compared.reconfigure(shown) });
    },
    setTabIndents(indents) {
      view.setTabFocusMode(!indents);
    },
    close() {
      view.destroy();
    },
  };
}

function offsetOf(doc: Text, { line, column }: { readonly line: number; readonly column: number }): number {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(found.from + Math.max(1, column) - 1, found.to);
}

/** Marks the word at the place, or the rest of its line. */
function diagnosticOf(doc: Text, problem: Marked): Diagnostic {
  const from = offsetOf(doc, problem);
  const rest = doc.sliceString(from, doc.lineAt(from).to);
  const word = /^@?\w+/.exec(rest)?.[0] ?? rest;
  return {
    from,
    to: from + word.length,
    severity: problem.severity,
    message: problem.hint ? `${problem.message} (${problem.hint})` : problem.message,
  };
}
