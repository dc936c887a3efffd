/** Writing soon and together instead of at once and each: one write at a time, at most one per interval. */

export class WriteBehind {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** `write` takes everything that is pending when it runs; what it could not write it leaves pending. */
  constructor(
    private readonly write: () => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  /** Something is pending. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush().catch(() => undefined);
    }, this.intervalMs);
  }

  /** Writes everything pending. Rejects when the write does; what was not written is tried again. */
  async flush(): Promise<void> {
    const earlier = this.writing;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.writing = promise;
    await earlier;
    try {
      await this.write();
    } finally {
      resolve();
    }
  }

  /** A last try; nothing is written afterwards. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush().catch(() => undefined);
    clearTimeout(this.timer);
  }
}
