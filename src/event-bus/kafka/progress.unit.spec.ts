import { describe, expect, it } from 'vitest';
import { PartitionProgress } from './progress.js';

describe('a record', () => {
  it.each([
    ['the first of all', 0n, { position: 5n, previous: 0n }, 'next'],
    ['the one behind the last', 5n, { position: 9n, previous: 5n }, 'next'],
    ['the last again', 5n, { position: 5n, previous: 2n }, 'repeat'],
    ['an older one', 9n, { position: 2n, previous: 0n }, 'repeat'],
    ['one behind another that was never seen', 5n, { position: 12n, previous: 9n }, 'behind-gap'],
    ['the first for a group that starts later', 7n, { position: 8n, previous: 3n }, 'next'],
  ] as const)('that is %s', (_, reached, record, is) => {
    expect(new PartitionProgress(reached).judge(record)).toBe(is);
  });

  it('that was missing ends the search for it', () => {
    const progress = new PartitionProgress(5n);
    progress.rewound = true;
    progress.missingBefore = 12n;
    progress.taken(9n);
    expect(progress).toEqual(new PartitionProgress(9n));
  });
});
