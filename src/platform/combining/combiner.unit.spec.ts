import { describe, expect, it } from 'vitest';
import { Combiner } from './combiner.js';

/** Batches as they were run; each waits to be let go. */
function combinerWithBatches() {
  const batches: { key: string; items: number[]; end(error?: Error): void }[] = [];
  const combiner = new Combiner<number, string>({
    run: (key, items) =>
      new Promise((resolve, reject) =>
        batches.push({
          key,
          items,
          end: (error) => (error ? reject(error) : resolve(items.map((item) => `${key}${item}`))),
        }),
      ),
    weightOf: (item) => item,
    weightMax: 10,
  });
  return { combiner, batches };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a combiner', () => {
  it('runs what was asked for in one turn as a batch, and what is asked for meanwhile as the next, in order', async () => {
    const { combiner, batches } = combinerWithBatches();
    const results = [1, 2].map((item) => combiner.submit('a', item));
    await settled();
    results.push(...[3, 4].map((item) => combiner.submit('a', item)));
    batches[0]!.end();
    expect(await results[0]).toBe('a1');
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    batches[1]!.end();
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('cuts a batch at its weight, and lets one that is too heavy go alone', async () => {
    const { combiner, batches } = combinerWithBatches();
    const results = [1, 4, 6, 1, 99, 2].map((item) => combiner.submit('a', item));
    for (let run = 0; run < 4; run += 1) {
      await settled();
      batches[run]!.end();
    }
    await Promise.all(results);
    expect(batches.map(({ items }) => items)).toEqual([[1, 4], [6, 1], [99], [2]]);
  });

  it('fails a batch whole, and goes on with the next', async () => {
    const { combiner, batches } = combinerWithBatches();
    const first = combiner.submit('a', 1);
    await settled();
    const second = combiner.submit('a', 2);
    batches[0]!.end(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await settled();
    batches[1]!.end();
    expect(await second).toBe('a2');
  });

  it('keeps keys apart', async () => {
    const { combiner, batches } = combinerWithBatches();
    void combiner.submit('a', 1);
    void combiner.submit('b', 2);
    await settled();
    expect(batches.map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
