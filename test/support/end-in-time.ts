/**
 * Loaded before a test file. When its tests are over and something still keeps the process running (a timer,
 * a socket, a child), the process is ended, and the file has failed.
 */
import { after } from 'node:test';

const LINGERING_MS_MAX = 30_000;

// Processes that a test starts load this file too.
if (process.argv[1]?.endsWith('.test.ts')) {
  after(() => {
    setTimeout(() => {
      const kept = process.getActiveResourcesInfo().join(', ');
      process.stderr.write(`${process.argv[1]} still runs after its last test, kept by: ${kept}\n`);
      process.exit(1);
    }, LINGERING_MS_MAX).unref();
  });
}
