/** Starts the driver and gives it orders. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Order, Outcome } from './shop.js';

const ENTRY = fileURLToPath(new URL('driver.ts', import.meta.url));

export class Driver {
  private constructor(private readonly child: ChildProcess) {}

  static start(): Driver {
    return new Driver(fork(ENTRY, { execArgv: ['--import', 'tsx'] }));
  }

  /** One at a time. Throws when a draft did not go as it should. */
  async run(order: Order): Promise<Outcome> {
    const over = new AbortController();
    const { signal } = over;
    try {
      const answered = once(this.child, 'message', { signal }) as Promise<[Answer]>;
      const ended = once(this.child, 'exit', { signal }).then((): never => {
        throw new Error('the driver ended');
      });
      this.child.send(order);
      const [answer] = await Promise.race([answered, ended]);
      if ('error' in answer) throw new Error(answer.error);
      return answer.outcome;
    } finally {
      over.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
