// Loaded before a child's own code: when the launcher is gone, however it went, the child ends as
// if it had been told to. A child's own children inherit this file, and are none of its business.

if (process.channel && process.env.COUNTERSIGN_LAUNCHER === String(process.ppid)) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
