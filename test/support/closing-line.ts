/** The last line of a run in words any tool can read: `Tests: 1234 passed, 0 failed, 5 skipped`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules)
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    // A file that could not even be loaded has no tests to count, and is a failure all the same.
    const broken = modules.filter((module) => module.state() === 'failed' && module.children.size === 0);
    const failed = count.failed + count.pending + broken.length;
    console.log(`Tests: ${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
  }
}
