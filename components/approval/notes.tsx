import type { ApprovalView, NoteView } from '#lib/approvals/model';
import { SqlBlock } from '../statement/sql-text.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';

const did: Readonly<Record<NoteView['kind'], string>> = {
  question: 'asked',
  narrower: 'proposed a narrower statement',
  answer: 'answered, in its own words',
};

/** What people asked and what the agent says to it: untrusted text. */
export function Notes({ view }: { view: ApprovalView }) {
  if (view.notes.length === 0) return null;
  return (
    <Section title="Questions">
      <ul className="space-y-2">
        {view.notes.map((note) => (
          <li key={note.id} className="space-y-1 text-sm">
            <strong className="font-medium">{note.by?.name ?? view.agent.name}</strong> {did[note.kind]}{' '}
            <RelativeTime at={note.at} />
            <span className="block text-ink-soft">
              “<InertText text={note.text} />”
            </span>
            {note.statement ? <SqlBlock text={note.statement} label="The narrower statement" /> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
