/**
 * Which partition an event travels in: a pure function of its key, its place in the log and the topic's layouts.
 * Pure, so that an event relayed again, even into a topic made anew, comes where it was.
 */

/** From when on a topic has how many partitions. */
export interface Layout {
  /** Holds for the log behind this position. */
  after: bigint;
  partitions: number;
  /** Of the layout before: the last position in each partition. Empty for the first layout. */
  ends: readonly bigint[];
}

/** Where a topic's layouts are asked for; oldest first. */
export type Layouts = readonly Layout[];

/** Throws on a topic without layouts. Without a position: as of now. */
export function layoutAt(layouts: Layouts, position?: bigint): Layout {
  const layout =
    position === undefined
      ? layouts.at(-1)
      : (layouts.findLast(({ after }) => after < position) ?? layouts[0]);
  if (!layout) throw new Error('a topic without a layout');
  return layout;
}

/** As Kafka's own clients place a key among so many partitions. */
export const partitionOfKey = (key: string, partitions: number) =>
  (murmur2(Buffer.from(key)) & 0x7fff_ffff) % partitions;

const MULTIPLIER = 0x5bd1_e995;
const SEED = 0x9747_b28c;

/** Kafka's variant of MurmurHash2 (org.apache.kafka.common.utils.Utils#murmur2): a signed 32-bit number. */
export function murmur2(data: Uint8Array): number {
  const { length } = data;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let word = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const rest = length - at;
  if (rest === 3) hash ^= data[at + 2]! << 16;
  if (rest >= 2) hash ^= data[at + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[at]!, MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}
