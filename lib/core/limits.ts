// Every bound that more than one folder must agree on, with why.

/** Invariant 4: a session's longest life where policy sets none. */
export const sessionMsMax = 60 * 60 * 1000;
/** Invariant 4: what runs goes on this long while the control plane can't be reached. */
export const controlPlaneAwayMsMax = 60_000;
/** Invariant 4: each worker proves its subscription this often. */
export const heartbeatMs = 500;
/** A worker that missed this many milliseconds of heartbeats is not waited for. */
export const workerGoneMs = 5_000;
/** wires.md: a database client is held at most this long before it gets `[PENDING]`. */
export const holdMsMax = 20_000;
/** wires.md: an approval lives 15 to 60 minutes; the default where the rule sets none. */
export const approvalTtlSecondsDefault = 15 * 60;
export const approvalTtlSecondsMax = 60 * 60;
/** Bulk calls: at most this many items, a result for each. */
export const bulkItemsMax = 100;
/** A clean-up of stale grants is one decision of one person, named as a whole. */
export const bulkGrantsMax = 2_000;
/** People type reasons; agents' texts are bounded elsewhere. */
export const reasonCharsMax = 2_000;
/** Longest text of a statement that is decided; a longer one is refused. */
export const statementCharsMax = 1_000_000;
/** Backend: how long an upstream that was told to cancel may go on before it is terminated. */
export const cutGraceMs = 500;
