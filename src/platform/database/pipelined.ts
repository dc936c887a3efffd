/**
 * Short statements of many callers over few connections, each sent without waiting for the answers to those before it.
 * A statement on a pool costs a socket write and the waking of another server process; these share both (measured: half
 * the processor time of a read by key, on both sides). The price: a long statement would hold up everybody behind it.
 */
import pg from 'pg';
import type { Prepared } from './database.js';

export interface PipelinedOptions extends pg.ClientConfig {
  connections: number;
}

export class PipelinedConnections {
  private readonly lanes: Lane[];

  constructor({ connections, ...config }: PipelinedOptions) {
    this.lanes = Array.from({ length: connections }, () => new Lane(config));
  }

  /** Each statement is a transaction of its own. Rejects as a pool does when the server is away; the next one connects anew. */
  query<Row extends pg.QueryResultRow>(
    statement: Prepared,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const lane = this.lanes.reduce((least, each) => (each.waiting < least.waiting ? each : least));
    return lane.query<Row>({ name: statement.name, text: statement.text, values: values ?? [] });
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }
}

class Lane {
  /** Statements whose answer is not here yet. */
  waiting = 0;
  private client: Promise<pg.Client> | null = null;

  constructor(private readonly config: pg.ClientConfig) {}

  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    this.waiting += 1;
    try {
      const client = await (this.client ??= this.connect());
      return await client.query<Row>(query);
    } finally {
      this.waiting -= 1;
    }
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => null);
    await client?.end();
  }

  private connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.config, pipeline: true });
    const connected = client.connect().then(() => client);
    const forget = () => {
      if (this.client === connected) this.client = null;
    };
    connected.catch(forget);
    // Statements under way report the loss themselves.
    client.on('error', forget);
    client.on('end', forget);
    return connected;
  }
}
