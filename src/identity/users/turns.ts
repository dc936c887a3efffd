/** Work of which only so much is done at once; more waits its turn, and what finds too many waiting is refused. */
export interface TurnsOptions {
  atOnce: number;
  waitingMax: number;
  /** What whoever finds no room is told. */
  refusal: () => Error;
}

export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: TurnsOptions) {}

  /** In the order in which it was asked for. Throws the refusal. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { atOnce, waitingMax, refusal } = this.options;
    if (this.running >= atOnce) {
      if (this.waiting.length >= waitingMax) throw refusal();
      // Whoever leaves hands its place on: it stays taken.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
