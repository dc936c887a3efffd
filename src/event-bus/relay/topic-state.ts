/** Compares a topic on the broker with what the relay remembers of it. */
import type { Admin } from 'kafkajs';
import { EventBusError, toEventBusError } from '../kafka/errors.js';
import type { Layout } from '../kafka/partitions.js';
import type { TopicState } from './state.js';

export type TopicChange =
  /** Shorter than what was acknowledged: deleted and made anew, or the broker lost records. */
  | { kind: 'anew' }
  /** More partitions than the relay uses; `layout` is how to go on. */
  | { kind: 'grown'; layout: Layout };

/** Null: nothing changed, or not yet to be acted on. Throws EventBusError. */
export async function inspectTopic(
  admin: Admin,
  name: string,
  state: TopicState,
): Promise<TopicChange | null> {
  const offsets = await admin.fetchTopicOffsets(name).catch((error: unknown) => {
    throw toEventBusError(error, `looking at ${name}`);
  });
  return compare(
    name,
    offsets.map(({ partition, high }) => ({ partition, high: BigInt(high) })),
    state,
  );
}

export function compare(
  name: string,
  found: readonly { partition: number; high: bigint }[],
  { position, highest, layouts, ends }: TopicState,
): TopicChange | null {
  const last = layouts.at(-1);
  if (last && found.length < last.partitions)
    throw new EventBusError(
      'TOPIC_UNSUITABLE',
      `${name} has ${found.length} partitions where ${last.partitions} were used: delete it, and it is made anew ` +
        `with enough of them and filled from the log`,
    );
  const high = new Map(found.map((each) => [each.partition, each.high]));
  for (const [partition, { nextOffset }] of ends)
    if ((high.get(partition) ?? 0n) < nextOffset) return { kind: 'anew' };

  if (!last) return { kind: 'grown', layout: { after: 0n, partitions: found.length, ends: [] } };
  // On the way through what was relayed before, everything comes to the places it had. And one place in the log
  // has one layout: after two growths in a row the second waits for an event.
  if (found.length === last.partitions || position < highest || position <= last.after) return null;
  const endOf = (partition: number) => ends.get(partition)?.position ?? 0n;
  return {
    kind: 'grown',
    layout: {
      after: position,
      partitions: found.length,
      ends: Array.from({ length: last.partitions }, (_, partition) => endOf(partition)),
    },
  };
}
