/**
 * Work on one thing at a time, done together where it piles up: what is asked for while a batch is under way is the next
 * batch. (Group commit.) Between processes nothing is ordered: there the revision that an append expects decides.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface CombinerOptions<Item, Result> {
  /** One batch of one key, at least one item; answers one result per item, in order. A throw fails the whole batch. */
  run(key: string, items: Item[]): Promise<Result[]>;
  /** How much of a batch an item takes up; an item larger than `weightMax` is a batch of its own. */
  weightOf(item: Item): number;
  weightMax: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Combiner<Item, Result> {
  /** By key, in order of asking; a key is here while its batches run. */
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();

  constructor(private readonly options: CombinerOptions<Item, Result>) {}

  submit(key: string, item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const queue = this.waiting.get(key);
      const one = { item, resolve, reject };
      if (queue) queue.push(one);
      else {
        this.waiting.set(key, [one]);
        void this.runAll(key);
      }
    });
  }

  /** Begins when this turn of the event loop is over: whoever else asks in it shares the first batch. */
  private async runAll(key: string): Promise<void> {
    await nextTurn();
    for (let batch = this.next(key); batch.length > 0; batch = this.next(key)) {
      try {
        const results = await this.options.run(
          key,
          batch.map(({ item }) => item),
        );
        batch.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.waiting.delete(key);
  }

  private next(key: string): Waiting<Item, Result>[] {
    const queue = this.waiting.get(key)!;
    let weight = 0;
    const count = queue.findIndex(({ item }, index) => {
      weight += this.options.weightOf(item);
      return index > 0 && weight > this.options.weightMax;
    });
    return queue.splice(0, count < 0 ? queue.length : count);
  }
}
