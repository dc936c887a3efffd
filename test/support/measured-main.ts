/** The real program, which tells on request what memory it holds once everything that can be freed has been. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

export interface Memory {
  heapMb: number;
  /** Buffers outside the heap. */
  externalMb: number;
  residentMb: number;
}

process.on('message', () => {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const memory: Memory = {
    heapMb: heapUsed / 2 ** 20,
    externalMb: external / 2 ** 20,
    residentMb: rss / 2 ** 20,
  };
  process.send?.(memory);
});
// A test run that was killed itself must not leave its programs behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

await import('../../src/main.js');
