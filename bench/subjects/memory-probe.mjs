/** Preloaded into a measured process, with --expose-gc: at SIGUSR2, prints what is still in use after a collection. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ msg: 'memory', usedBytes: heapUsed + external, residentBytes: rss })}\n`);
});
