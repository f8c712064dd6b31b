export { createRecorder, type RecorderOptions } from './create-recorder.ts';
export { type RecorderLimits, recorderLimits } from './limits.ts';
export type { Recorder, SessionRecorder } from './recorder.ts';
export { startUploads } from './uploads.ts';
