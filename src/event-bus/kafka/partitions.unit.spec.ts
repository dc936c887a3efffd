import { randomBytes, randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { layoutAt, murmur2, partitionOfKey, type Layout } from './partitions.js';

describe('the partition of a key', () => {
  // From the tests of Kafka's own Java client (UtilsTest#testMurmur2).
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('is the one that kafkajs would choose', () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    const keys = [
      ...Array.from({ length: 300 }, () => randomUUID()),
      ...Array.from({ length: 300 }, (_, length) => randomBytes(length).toString('latin1')),
      'کلید',
    ];
    for (const partitions of [1, 2, 6, 17]) {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        partitionErrorCode: 0,
        replicas: [],
        isr: [],
      }));
      for (const key of keys)
        expect(partitionOfKey(key, partitions)).toBe(
          choose({ topic: 't', partitionMetadata, message: { key, value: null } }),
        );
    }
  });
});

describe('the layout of a topic', () => {
  const layout = (after: bigint, partitions: number): Layout => ({ after, partitions, ends: [] });
  const layouts = [layout(0n, 2), layout(100n, 5), layout(200n, 8)];

  it.each([
    [1n, 2],
    [100n, 2],
    [101n, 5],
    [200n, 5],
    [201n, 8],
    [undefined, 8],
  ])('at position %s has %i partitions', (position, partitions) => {
    expect(layoutAt(layouts, position).partitions).toBe(partitions);
  });

  it('is a mistake to ask for without any', () => {
    expect(() => layoutAt([])).toThrow('layout');
  });
});
