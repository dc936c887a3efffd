/** What was started is stopped in the reverse order, each within a bound, whatever fails on the way. */
import type { Logger } from '../platform/logging/logger.js';

export const STOP_MS_MAX = 20_000;

export class Lifecycle {
  private readonly stops: { name: string; stop: () => Promise<unknown> }[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly logger: Logger) {}

  /** Registers how to stop what was just started. */
  started(name: string, stop: () => Promise<unknown>): void {
    this.stops.push({ name, stop });
  }

  /** May be called twice; the second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (const { name, stop } of this.stops.reverse()) {
      try {
        await within(stop(), STOP_MS_MAX);
      } catch (error) {
        this.logger.error({ err: error }, `${name} did not stop cleanly`);
      }
    }
  }
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
