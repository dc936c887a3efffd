/** The limit: the same rows, indexes and types as the log, written and read by one plain statement each. */
import type { Append } from '../../src/event-store/event-store.js';
import type { Database } from '../../src/platform/database/database.js';

const COLUMNS =
  'position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at';

const INSERT_ONE = {
  name: 'raw-insert-one',
  text: `INSERT INTO events_raw (${COLUMNS}) VALUES ($1, $2, 0, $3, $4, $5, 1, $6, $7, clock_timestamp())`,
};
const INSERT_MANY = {
  name: 'raw-insert-many',
  text: `INSERT INTO events_raw (${COLUMNS})
         SELECT $1::bigint + n - 1, $2, n - 1, id, $3, type, 1, data::jsonb, $4, clock_timestamp()
           FROM unnest($5::uuid[], $6::text[], $7::text[]) WITH ORDINALITY AS event (id, type, data, n)`,
};
const SELECT = {
  name: 'raw-select',
  text: `SELECT ${COLUMNS} FROM events_raw WHERE stream_id = $1 ORDER BY revision`,
};

export class RawTable {
  private nextPosition = 0;

  private constructor(private readonly database: Database) {}

  static async create(database: Database): Promise<RawTable> {
    await database.query('CREATE TABLE events_raw (LIKE events INCLUDING ALL)');
    return new RawTable(database);
  }

  async insert(append: Append): Promise<void> {
    const { workspaceId, streamId, events, metadata } = append;
    const position = (this.nextPosition += events.length) - events.length;
    const [only] = events;
    if (events.length === 1 && only)
      await this.database.query(INSERT_ONE, [
        position,
        streamId,
        only.eventId,
        workspaceId,
        only.type,
        JSON.stringify(only.data),
        JSON.stringify(metadata),
      ]);
    else
      await this.database.query(INSERT_MANY, [
        position,
        streamId,
        workspaceId,
        JSON.stringify(metadata),
        events.map(({ eventId }) => eventId),
        events.map(({ type }) => type),
        events.map(({ data }) => JSON.stringify(data)),
      ]);
  }

  async select(streamId: string): Promise<number> {
    return (await this.database.query(SELECT, [streamId])).rows.length;
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
