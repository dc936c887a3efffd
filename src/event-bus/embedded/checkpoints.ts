/**
 * Checkpoints of all groups of this process, written together: ten groups that follow the log closely cost one
 * statement per interval and not ten per event. What a crash loses of them is delivered again.
 */
import type { Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import { WriteBehind } from '../write-behind.js';
import { PARTITION } from './logged-event.js';

export interface CheckpointsOptions {
  database: Database;
  /** The longest a handled event stays unrecorded. */
  writeMs: number;
}

interface Pending {
  epoch: bigint;
  topics: readonly Topic[];
  position: bigint;
  /** The group belongs to a newer epoch: somebody else delivers it. */
  onFenced: () => void;
}

export class Checkpoints {
  private readonly pending = new Map<string, Pending>();
  private readonly writer: WriteBehind;

  constructor(private readonly options: CheckpointsOptions) {
    this.writer = new WriteBehind(() => this.write(), options.writeMs);
  }

  /** Where the group goes on: per topic. Topics it never had start at `initial`, from now on for good. */
  async load(
    group: string,
    topics: readonly Topic[],
    initial: () => Promise<bigint>,
  ): Promise<Map<Topic, bigint>> {
    const known = await this.read(group, topics);
    if (known.size === topics.length) return known;
    await this.options.database.query(
      `INSERT INTO bus_checkpoints (group_name, topic, partition, position)
       SELECT $1, topic, $3, $4 FROM unnest($2::text[]) AS topic ON CONFLICT DO NOTHING`,
      [group, topics, PARTITION, await initial()],
    );
    return this.read(group, topics);
  }

  private async read(group: string, topics: readonly Topic[]): Promise<Map<Topic, bigint>> {
    const { rows } = await this.options.database.query<{ topic: Topic; position: string }>(
      'SELECT topic, position FROM bus_checkpoints WHERE group_name = $1 AND topic = ANY ($2) AND partition = $3',
      [group, topics, PARTITION],
    );
    return new Map(rows.map(({ topic, position }) => [topic, BigInt(position)]));
  }

  /** Soon; `flush` for now. Positions only grow. */
  moved(group: string, pending: Pending): void {
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
    const rows = written.flatMap(([group, { epoch, topics, position }]) =>
      topics.map((topic) => ({ group, epoch, topic, position })),
    );
    try {
      const { rows: fenced } = await this.options.database.query<{ commit_bus_checkpoints: string }>(
        'SELECT commit_bus_checkpoints($1, $2, $3, $4, $5)',
        [
          rows.map(({ group }) => group),
          rows.map(({ epoch }) => epoch),
          rows.map(({ topic }) => topic),
          rows.map(() => PARTITION),
          rows.map(({ position }) => position),
        ],
      );
      const lost = new Set(fenced.map((row) => row.commit_bus_checkpoints));
      for (const [group, { onFenced }] of written) if (lost.has(group)) onFenced();
    } catch (error) {
      for (const [group, pending] of written) if (!this.pending.has(group)) this.moved(group, pending);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.writer.close();
    this.pending.clear();
  }
}
