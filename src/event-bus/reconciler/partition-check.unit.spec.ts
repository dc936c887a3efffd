import { describe, expect, it } from 'vitest';
import { PartitionCheck } from './partition-check.js';

/** Expects events 1 to 4; sees records of the given positions, one per offset. */
function check(seen: bigint[]): PartitionCheck {
  const partition = new PartitionCheck();
  for (const position of [1n, 2n, 3n, 4n]) partition.expect(position, position * 10n);
  seen.forEach((position, offset) => partition.see(String(offset), position, position * 10n));
  return partition;
}

describe('a partition', () => {
  it.each([
    ['each once', [1n, 2n, 3n, 4n], 0],
    ['a repetition from some event on', [1n, 2n, 3n, 2n, 3n, 4n], 2],
    ['all of it twice', [1n, 2n, 3n, 4n, 1n, 2n, 3n, 4n], 4],
  ])('agrees with %s', (_, seen, repeats) => {
    expect(check(seen)).toMatchObject({ lacking: null, foreign: null, repeats });
  });

  it('agrees once what was left out has come with all behind it', () => {
    expect(check([1n, 3n, 4n, 2n, 3n, 4n])).toMatchObject({ lacking: null, foreign: null });
  });

  it.each([
    ['missing at the end', [1n, 2n, 3n], { kind: 'missing', position: 4n, offset: null }],
    ['missing in the middle', [1n, 3n, 4n], { kind: 'missing', position: 2n, offset: null }],
    ['out of order', [1n, 3n, 2n, 4n], { kind: 'out-of-order', position: 3n, offset: '1' }],
    ['all missing', [], { kind: 'missing', position: 1n, offset: null }],
  ])('names the first event that is %s', (_, seen, difference) => {
    expect(check(seen).lacking).toEqual(difference);
  });

  it('names the first record that no event belongs to', () => {
    const partition = check([1n, 7n, 2n, 8n, 3n, 4n]);
    expect(partition.foreign).toEqual({ kind: 'foreign', position: 7n, offset: '1' });
    expect(partition.lacking).toBeNull();
  });

  it('names a record that says something else than the log', () => {
    const partition = check([1n, 2n, 3n]);
    partition.see('3', 4n, 999n);
    expect(partition.foreign).toEqual({ kind: 'changed', position: 4n, offset: '3' });
    expect(partition.lacking).toEqual({ kind: 'missing', position: 4n, offset: null });
  });

  it('names a record that cannot be read', () => {
    const partition = check([1n, 2n, 3n, 4n]);
    partition.seeUnreadable('4');
    expect(partition.foreign).toEqual({ kind: 'foreign', position: null, offset: '4' });
  });
});
