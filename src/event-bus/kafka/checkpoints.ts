/**
 * What the groups of this process have handled, written together: first the positions into PostgreSQL, then the
 * offsets to Kafka, at most once per interval however many groups there are. What a crash loses of either is
 * delivered again.
 */
import type { Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import { WriteBehind } from '../write-behind.js';

/** The row that holds where a group starts in partitions it has not touched. */
const ANY_PARTITION = -1;

export interface Handled {
  topic: Topic;
  partition: number;
  position: bigint;
  /** Of the next record to read. */
  nextOffset: bigint | null;
}

export interface StoredProgress {
  /** Per topic: where partitions without progress of their own start. */
  start: Map<Topic, bigint>;
  partitions: Handled[];
}

/** Tells Kafka; may fail, because the position in PostgreSQL is what counts. */
export type CommitOffsets = (handled: Handled[]) => Promise<void>;

interface Pending {
  handled: Map<string, Handled>;
  commit: CommitOffsets;
}

export class KafkaCheckpoints {
  private readonly pending = new Map<string, Pending>();
  private readonly writer: WriteBehind;

  constructor(private readonly options: { database: Database; writeMs: number }) {
    this.writer = new WriteBehind(() => this.write(), options.writeMs);
  }

  /**
   * Fixes where a group starts in topics it never had: where the embedded bus left it, or else at `initial`.
   * Idempotent; later calls change nothing.
   */
  async begin(group: string, topics: readonly Topic[], initial: () => Promise<bigint>): Promise<void> {
    const { rows } = await this.options.database.query<{ topic: Topic }>(
      'SELECT topic FROM kafka_checkpoints WHERE group_name = $1 AND partition = $2',
      [group, ANY_PARTITION],
    );
    const missing = topics.filter((topic) => !rows.some((row) => row.topic === topic));
    if (missing.length === 0) return;
    await this.options.database.query(
      `INSERT INTO kafka_checkpoints (group_name, topic, partition, position)
       SELECT $1, topic, $3, coalesce(
                (SELECT b.position FROM bus_checkpoints b WHERE b.group_name = $1 AND b.topic = missing.topic), $4)
         FROM unnest($2::text[]) AS missing (topic) ON CONFLICT DO NOTHING`,
      [group, missing, ANY_PARTITION, await initial()],
    );
  }

  async load(group: string): Promise<StoredProgress> {
    const { rows } = await this.options.database.query<{
      topic: Topic;
      partition: number;
      position: string;
      next_offset: string | null;
    }>('SELECT topic, partition, position, next_offset FROM kafka_checkpoints WHERE group_name = $1', [
      group,
    ]);
    const start = new Map<Topic, bigint>();
    const partitions: Handled[] = [];
    for (const { topic, partition, position, next_offset } of rows) {
      if (partition === ANY_PARTITION) start.set(topic, BigInt(position));
      else
        partitions.push({
          topic,
          partition,
          position: BigInt(position),
          nextOffset: next_offset === null ? null : BigInt(next_offset),
        });
    }
    return { start, partitions };
  }

  /** Soon; `flush` for now. */
  moved(group: string, handled: Handled, commit: CommitOffsets): void {
    const pending = this.pending.get(group) ?? { handled: new Map<string, Handled>(), commit };
    pending.commit = commit;
    pending.handled.set(`${handled.topic}/${handled.partition}`, handled);
    this.pending.set(group, pending);
    this.writer.soon();
  }

  /** Writes everything moved so far. Rejects when the database does; what was not written is tried again. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  private async write(): Promise<void> {
    const written = [...this.pending];
    if (written.length === 0) return;
    this.pending.clear();
    const rows = written.flatMap(([group, { handled }]) =>
      [...handled.values()].map((each) => ({ group, ...each })),
    );
    try {
      await this.options.database.query(WRITE, [
        rows.map(({ group }) => group),
        rows.map(({ topic }) => topic),
        rows.map(({ partition }) => partition),
        rows.map(({ position }) => position),
        rows.map(({ nextOffset }) => nextOffset),
      ]);
    } catch (error) {
      for (const [group, { handled, commit }] of written)
        for (const each of handled.values())
          if (!this.pending.get(group)?.handled.has(`${each.topic}/${each.partition}`))
            this.moved(group, each, commit);
      throw error;
    }
    await Promise.all(
      written.map(([, { handled, commit }]) => commit([...handled.values()]).catch(() => undefined)),
    );
  }

  async close(): Promise<void> {
    await this.writer.close();
    this.pending.clear();
  }
}

/**
 * Positions only grow, whoever writes; an offset belongs to its position, and may be smaller than before when a
 * topic was made anew.
 */
const WRITE = `
  INSERT INTO kafka_checkpoints AS c (group_name, topic, partition, position, next_offset)
  SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[])
      ON CONFLICT (group_name, topic, partition) DO UPDATE
     SET position = excluded.position, next_offset = excluded.next_offset, updated_at = now()
   WHERE excluded.position >= c.position`;
