export { type LedgerAction, ledgerActions } from './actions.ts';
export { appendEntry, type NewEntry } from './append.ts';
export { type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts';
export { type Envelope, envelopeJson, envelopeLeaf, saltedHash } from './envelope.ts';
export { type Checkpoint, defaultOrigin, lastCheckpoint, publishCheckpoint } from './publish-checkpoint.ts';
export { type Sequenced, sequenceEntries } from './sequence.ts';
export { type NoteVerifier, parseVerifier, verifierLine } from './signed-note.ts';
