// Loaded before a child's own code: when the launcher is gone, however it went, the child ends as
// if it had been told to.

if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
