import { describe, expect, it } from 'vitest';
import type { TopicState } from './state.js';
import { compare } from './topic-state.js';

const state = (changes: Partial<TopicState> = {}): TopicState => ({
  position: 50n,
  highest: 50n,
  layouts: [{ after: 0n, partitions: 2, ends: [] }],
  ends: new Map([[1, { position: 40n, nextOffset: 7n }]]),
  ...changes,
});
const found = (...highs: bigint[]) => highs.map((high, partition) => ({ partition, high }));

describe('a topic', () => {
  it('that is as it was needs nothing', () => {
    expect(compare('t', found(0n, 7n), state())).toBeNull();
  });

  it('that is longer than acknowledged needs nothing: a send may have arrived without our hearing of it', () => {
    expect(compare('t', found(3n, 9n), state())).toBeNull();
  });

  it('that is seen for the first time gets its first layout', () => {
    const change = compare('t', found(0n, 0n, 0n), state({ layouts: [], ends: new Map(), position: 0n }));
    expect(change).toEqual({ kind: 'grown', layout: { after: 0n, partitions: 3, ends: [] } });
  });

  it('that is shorter than acknowledged is another one', () => {
    expect(compare('t', found(0n, 6n), state())).toEqual({ kind: 'anew' });
  });

  it('that grew goes on with all its partitions, from where it was relayed to', () => {
    expect(compare('t', found(0n, 7n, 0n), state())).toEqual({
      kind: 'grown',
      layout: { after: 50n, partitions: 3, ends: [0n, 40n] },
    });
  });

  it('that grew while it is filled again waits until it is where it was', () => {
    expect(compare('t', found(0n, 7n, 0n), state({ position: 49n }))).toBeNull();
  });

  it('that grew twice at one place waits for an event', () => {
    const layouts = [...state().layouts, { after: 50n, partitions: 3, ends: [0n, 40n] }];
    expect(compare('t', found(0n, 7n, 0n, 0n), state({ layouts }))).toBeNull();
  });

  it('with fewer partitions than were used is refused', () => {
    expect(() => compare('t', found(7n), state())).toThrow('has 1 partitions where 2 were used');
  });
});
