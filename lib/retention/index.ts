export { type AppliedRetention, applyRetention } from './apply-retention.ts';
export { deleteRecording } from './delete-recording.ts';
export { removeDeleted } from './destroy.ts';
export { setLegalHold } from './legal-hold.ts';
export { packDaysDefault, type RecordingStores, type RetentionPolicy } from './policy.ts';
export { type KnownRecording, knownRecording, recordingStored } from './stored.ts';
