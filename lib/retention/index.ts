export { type AppliedRetention, applyRetention } from './apply-retention.ts';
export { deleteRecording } from './delete-recording.ts';
export { removeDeleted } from './destroy.ts';
export { setLegalHold } from './legal-hold.ts';
export { listRecordings, recordingKeeping } from './list-recordings.ts';
export type * from './model.ts';
export { packDaysDefault, type RecordingStores, type RetentionPolicy } from './policy.ts';
export type * from './schema.ts';
export { type KnownRecording, knownRecording, recordingStored } from './stored.ts';
