export { closeLostWorkers, closeOrphans, closeSession } from './close-session.ts';
export { cutStatus } from './cut-status.ts';
export { endSession } from './end-session.ts';
export { type ExportedStatements, exportRowsMax, exportStatements } from './export-statements.ts';
export { getSession } from './get-session.ts';
export { listSessions, liveSessions } from './list-sessions.ts';
export { listStatements } from './list-statements.ts';
export { listWorkers } from './list-workers.ts';
export type * from './model.ts';
export { openRecording } from './open-recording.ts';
export { openSession } from './open-session.ts';
export { openStatement } from './open-statement.ts';
export { openTerminal } from './open-terminal.ts';
export { type CutRequest, orderCut } from './order-cut.ts';
export { intentReader, type RecordedIntent } from './read-intent.ts';
export type { RecordingStore } from './read-records.ts';
export { recordingSealed } from './recording-sealed.ts';
export { type CountedRefusal, countRefusals, reportRefusals } from './refusals.ts';
export { replayIndex, replaySteps } from './replay.ts';
export type * from './schema.ts';
export { searchRecording } from './search-recording.ts';
export { indexStatements } from './statement-slices.ts';
export { sessionsVisibleTo } from './visible.ts';
export {
  confirmCut,
  type OpenCut,
  openCuts,
  readCut,
  registerWorker,
  reportAway,
  stopWorker,
} from './workers.ts';
