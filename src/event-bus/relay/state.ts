/** How far the relay is, as PostgreSQL keeps it. Every write names the lease's epoch and is refused to an older one. */
import type { Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import { EventBusError } from '../kafka/errors.js';
import { loadLayouts } from '../kafka/layout-cache.js';
import type { Layout } from '../kafka/partitions.js';

export interface PartitionEnd {
  /** Of the last event in it; 0: none. */
  position: bigint;
  nextOffset: bigint;
}

export interface TopicState {
  /** The log was relayed up to here. */
  position: bigint;
  /** The furthest it ever was. */
  highest: bigint;
  layouts: Layout[];
  /** By partition; one that is not there has no event. */
  ends: Map<number, PartitionEnd>;
}

export type RelayState = Map<Topic, TopicState>;

/** Of every topic named, known or not. */
export async function loadState(database: Database, topics: readonly Topic[]): Promise<RelayState> {
  const [positions, ends, layouts] = await Promise.all([
    database.query<{ topic: Topic; position: string; highest: string }>(
      'SELECT topic, position, highest FROM relay_topics',
    ),
    database.query<{ topic: Topic; partition: number; position: string; next_offset: string }>(
      'SELECT topic, partition, position, next_offset FROM relay_partitions',
    ),
    loadLayouts(database),
  ]);
  return new Map(
    topics.map((topic) => [
      topic,
      {
        position: BigInt(positions.rows.find((row) => row.topic === topic)?.position ?? 0),
        highest: BigInt(positions.rows.find((row) => row.topic === topic)?.highest ?? 0),
        layouts: layouts.get(topic) ?? [],
        ends: new Map(
          ends.rows
            .filter((row) => row.topic === topic)
            .map(({ partition, position, next_offset }) => [
              partition,
              { position: BigInt(position), nextOffset: BigInt(next_offset) },
            ]),
        ),
      },
    ]),
  );
}

export interface Relayed {
  position: bigint;
  topics: readonly Topic[];
  ends: (PartitionEnd & { topic: Topic; partition: number })[];
}

/** The current holder's row is held until the statement ends: nobody becomes the next one in between. */
const HELD = 'held AS (SELECT epoch FROM relay_lease WHERE epoch = $1 FOR SHARE)';

const RECORD = `
  WITH ${HELD},
  topics AS (
    INSERT INTO relay_topics AS t (topic, position, highest)
    SELECT topic, $3, $3 FROM unnest($2::text[]) AS moved (topic) WHERE EXISTS (SELECT FROM held)
        ON CONFLICT (topic) DO UPDATE
       SET position = excluded.position, highest = greatest(t.highest, excluded.highest)),
  partitions AS (
    INSERT INTO relay_partitions (topic, partition, position, next_offset)
    SELECT moved.* FROM unnest($4::text[], $5::integer[], $6::bigint[], $7::bigint[]) AS moved
     WHERE EXISTS (SELECT FROM held)
        ON CONFLICT (topic, partition) DO UPDATE
       SET position = excluded.position, next_offset = excluded.next_offset)
  SELECT epoch FROM held`;

const GROW = `
  WITH ${HELD}
  INSERT INTO relay_layouts (topic, after_position, partitions, ends)
  SELECT $2, $3, $4, $5::bigint[] FROM held RETURNING topic`;

const BEGIN_AGAIN = `
  WITH ${HELD},
  forgotten AS (DELETE FROM relay_partitions WHERE topic = $2 AND EXISTS (SELECT FROM held))
  UPDATE relay_topics SET position = 0 WHERE topic = $2 AND EXISTS (SELECT FROM held) RETURNING topic`;

/** All throw REPLACED when a newer epoch has begun. */
export class RelayRecord {
  constructor(
    private readonly database: Database,
    private readonly epoch: bigint,
  ) {}

  /** What was sent and acknowledged. */
  async relayed({ topics, position, ends }: Relayed): Promise<void> {
    await this.run(RECORD, [
      topics,
      position,
      ends.map(({ topic }) => topic),
      ends.map(({ partition }) => partition),
      ends.map((end) => end.position),
      ends.map(({ nextOffset }) => nextOffset),
    ]);
  }

  /** Before anything is sent under it: consumers that see a record of it find it here. */
  async grown(topic: Topic, { after, partitions, ends }: Layout): Promise<void> {
    await this.run(GROW, [topic, after, partitions, ends]);
  }

  /** The topic is another one of the same name: all of the log belongs into it. */
  async beginAgain(topic: Topic): Promise<void> {
    await this.run(BEGIN_AGAIN, [topic]);
  }

  private async run(statement: string, values: unknown[]): Promise<void> {
    const { rows } = await this.database.query(statement, [this.epoch, ...values]);
    if (rows.length === 0) throw new EventBusError('REPLACED', 'another process relays now');
  }
}
